/** A server that is not there: answers /api from made-up records while developing; never part of the product. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import { board, label, menu, metadata, state } from "./definitions.ts";
import { people, projects, tickets, type Made } from "./records.ts";

const rows: Record<string, Made[]> = { ticket: tickets(Number(process.env["ROWS"] ?? 3000)), project: projects, cost: [] };
let who = true;
const session = () => ({
  user: who ? { id: 1, name: "王芳", login: "wang", locale: "", is_admin: true, department: { id: 2, label: "运维部" }, roles: people[0]!.roles } : null,
  csrf: "x", workspace: { name: "云岭科技", time_zone: "Asia/Shanghai", currency: "CNY" }, release: 3, demo: true,
  people: [{ login: "wang", name: "王芳", role: "服务台主管 · 管理员" }, { login: "li", name: "李雷", role: "处理人" }, { login: "emma", name: "Emma Clark", role: "报修员工" }],
});
const comments: Record<string, unknown[]> = {};

type Body = Record<string, unknown>;
type Answer = [number, unknown, string?];

export function fakeServer(): Plugin {
  const use: Connect.NextHandleFunction = (request, response, next) => {
    if (!request.url?.startsWith("/api/")) return next();
    void reply(request, response);
  };
  return { name: "fake-server", configureServer: (server) => void server.middlewares.use(use), configurePreviewServer: (server) => void server.middlewares.use(use) };
}

async function reply(request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url!, "http://x");
  let body: Body = {};
  try {
    body = JSON.parse(Buffer.concat(chunks).toString() || "{}") as Body;
  } catch {
    body = {};
  }
  const [status, data, etag] = answer(request.method ?? "GET", url.pathname.slice(5).split("/"), url.searchParams, body, request.headers["if-match"]);
  setTimeout(() => {
    response.statusCode = status;
    response.setHeader("Content-Type", status < 400 ? "application/json" : "application/problem+json");
    if (etag) response.setHeader("ETag", etag);
    response.end(JSON.stringify(data));
  }, 60);
}

const problem = (status: number, title: string, more: Body = {}): Answer => [status, { type: "about:blank", title, status, detail: title, issues: [], ...more }];

function answer(method: string, path: string[], query: URLSearchParams, body: Body, match: string | undefined): Answer {
  const [first = "", second = "", third = "", fourth = "", fifth = ""] = path;
  if (first === "session") {
    if (method === "DELETE") who = false;
    if (method === "POST") {
      if (body["password"] === "wrong") return problem(401, "登录名或密码不对");
      who = true;
    }
    return [200, session()];
  }
  if (!who) return problem(401, "请先登录");
  if (first === "applications") return [200, second ? metadata : [{ ...metadata.application, menu }]];
  if (first === "users") return [200, { items: people.filter((item) => item.label.includes(query.get("search") ?? "")) }];
  if (first === "departments") return [200, { items: [{ id: 1, label: "云岭科技", parent_id: null, people: 42 }, { id: 2, label: "运维部", parent_id: 1, people: 9 }, { id: 3, label: "研发中心", parent_id: 1, people: 24 }, { id: 4, label: "平台组", parent_id: 3, people: 8 }] }];
  if (first === "tokens") return method === "POST" ? [201, { token: "dg_4f8a6b21c9e04d5f" }] : [200, { items: [{ id: 1, name: "报表同步", scopes: ["read"], expires_at: null, last_used_at: new Date().toISOString() }] }];
  if (first === "jobs") return [200, { items: [{ id: 1, kind: "import", label: "导入工单", state: "running", done: 41200, total: 100000, created_at: new Date(Date.now() - 9e4).toISOString() }, { id: 2, kind: "index", label: "建立索引：截止日期", state: "done", done: 3000, total: 3000, created_at: new Date(Date.now() - 9e6).toISOString() }] }];
  if (first === "boards") return method === "GET" ? [200, board] : [200, tile(fifth)];
  if (first === "files") return [201, { id: Math.floor(Math.random() * 1e6), name: "附件.pdf", size: 184320, type: "application/pdf" }];
  if (first === "records") return records(method, third, fourth, fifth, query, body, match);
  return problem(404, "没有找到");
}

function records(method: string, entity: string, word: string, more: string, query: URLSearchParams, body: Body, match: string | undefined): Answer {
  const list = rows[entity] ?? [];
  const search = query.get("search") ?? "";
  const found = list.filter((item) => (!search || `${String(item["title"] ?? item["name"])} ${String(item["number"] ?? "")} ${String(item["phone"] ?? "")}`.includes(search)) && passes(item, query.get("filter") ?? ""));
  if (!word && method === "GET") {
    const [sort = ""] = (query.get("sort") ?? "").split(",");
    const name = sort.replace("-", "");
    const sorted = name ? [...found].sort((a, b) => String(a[name] ?? "").localeCompare(String(b[name] ?? ""), "en", { numeric: true }) * (sort.startsWith("-") ? -1 : 1)) : found;
    const start = Number(query.get("after") ?? 0);
    const limit = Number(query.get("limit") ?? 50);
    return [200, { items: sorted.slice(start, start + limit), next: start + limit < sorted.length ? String(start + limit) : null }];
  }
  if (!word && method === "POST") {
    if (entity === "ticket" && String(body["title"] ?? "").includes("错")) return problem(422, "有内容需要修改", { issues: [{ code: "value.bad", path: ["title"], severity: "error", message: "标题不能含“错”字", hint: "换个说法" }] });
    const made = { ...body, id: list.length + 1, version: 1, changed_at: new Date().toISOString(), changed_by: { id: 1, label: "王芳" } } as Made;
    list.unshift(made);
    return [201, made, 'W/"1"'];
  }
  if (word === "count") return [200, { count: Math.min(found.length, 1000), capped: found.length > 1000 }];
  if (word === "lookup") return [200, { items: found.slice(0, 10).map((item) => ({ id: item.id, label: item["title"] ?? item["name"], lines: [item["number"], (item["owner"] as { label?: string } | null)?.label].filter(Boolean) })) }];
  if (word === "bulk") {
    const ids = new Set(body["ids"] as number[]);
    if (body["delete"]) rows[entity] = list.filter((item) => !ids.has(item.id));
    else for (const item of list) if (ids.has(item.id)) Object.assign(item, body["values"], { version: item.version + 1 });
    return [200, { changed: ids.size, issues: [] }];
  }
  const record = list.find((item) => item.id === Number(word));
  if (!record) return problem(404, "没有找到这条记录");
  if (more === "history") return [200, { items: [{ at: new Date(Date.now() - 3e6).toISOString(), by: { id: 2, label: "李雷" }, action: "update", changes: [{ field: "state", before: "new", after: "doing" }, { field: "due_on", before: "2026-11-02", after: "2026-11-20" }] }, { at: new Date(Date.now() - 9e7).toISOString(), by: { id: 1, label: "王芳" }, action: "create", changes: [] }] }];
  if (more === "comments") {
    const said = (comments[word] ??= [{ id: 1, at: new Date(Date.now() - 8e6).toISOString(), by: { id: 4, label: "陈静" }, text: "已经联系厂家，明天上午 10 点上门。" }]);
    if (method === "POST") said.push({ id: said.length + 1, at: new Date().toISOString(), by: { id: 1, label: "王芳" }, text: body["text"] });
    return [200, { items: said }];
  }
  if (more === "related") return [200, { items: (rows["ticket"] ?? []).slice(0, 12), next: null }];
  if (more === "explain") return [200, { granted: true, because: [{ role: label("服务台主管", "Lead"), condition: null, holds: true }] }];
  if (method === "DELETE") {
    rows[entity] = list.filter((item) => item !== record);
    return [204, null];
  }
  if (method === "PATCH") {
    if (body["title"] === "冲突" || (match && !match.includes(`"${record.version}"`))) {
      record.version += 1;
      return problem(409, "别人刚改过", { current: { ...record, title: `${String(record["title"])}（已改）` }, yours: body });
    }
    Object.assign(record, body, { version: record.version + 1, changed_at: new Date().toISOString() });
  }
  return [200, record, `W/"${record.version}"`];
}

/** A few of the conditions the builder writes: enough to see filters work. */
function passes(item: Made, filter: string): boolean {
  for (const [, name, value] of filter.matchAll(/\{(\w+)\} = "([^"]*)"/g)) if (item[name!] !== value) return false;
  for (const [, name, from] of filter.matchAll(/\{(\w+)\} >= DATE\(([^)]*)\)/g)) if (!item[name!] || String(item[name!]) < iso(from!)) return false;
  for (const [, name, to] of filter.matchAll(/\{(\w+)\} < DATE\(([^)]*)\)/g)) if (!item[name!] || String(item[name!]) >= iso(to!)) return false;
  return true;
}

const iso = (parts: string) => parts.split(",").map((part) => part.trim().padStart(2, "0")).join("-");

function tile(id: string) {
  const as_of = new Date().toISOString();
  const weeks = Array.from({ length: 12 }, (_, index) => `W${36 + index}`);
  const columns = [{ name: "a", label: label("数值", "Value"), role: "measure", type: "number", format: id === "n2" ? "money" : id === "n3" ? "percent" : "" }, { name: "b", label: label("较上月", "vs last month"), role: "measure", type: "number" }];
  const numbers: Record<string, unknown[]> = { n1: [1284, 1102], n2: ["1832450.50", "2011000.00"], n3: ["0.8740", "0.8210"], n4: [96, 104] };
  if (numbers[id]) return { columns, rows: [numbers[id]], figure: null, as_of };
  const wave = (base: number, size: number) => weeks.map((_, index) => Math.round(base + Math.sin(index / 1.7) * size + index * 2));
  if (id === "line") return { columns: [{ name: "w", label: label("周", "Week"), type: "text" }], rows: [["x"]], as_of, figure: { data: [{ type: "scatter", mode: "lines", name: "新建", x: weeks, y: wave(90, 18), line: { shape: "spline", width: 2.5 } }, { type: "scatter", mode: "lines", name: "完成", x: weeks, y: wave(80, 14), line: { shape: "spline", width: 2.5 } }], layout: {} } };
  if (id === "pie") return { columns: [], rows: [["x"]], as_of, figure: { data: [{ type: "pie", hole: 0.62, labels: ["网络", "硬件", "账号", "软件", "打印"], values: [412, 287, 240, 190, 155], textinfo: "percent", sort: false }], layout: { showlegend: true } } };
  if (id === "bar") return { columns: [], rows: [["x"]], as_of, figure: { data: [{ type: "bar", orientation: "h", y: people.slice(0, 8).map((item) => item.name), x: [42, 38, 35, 31, 28, 22, 17, 11] }], layout: { yaxis: { autorange: "reversed" } } } };
  return { columns: [{ name: "p", label: label("项目", "Project"), type: "text" }, { name: "s", label: label("状态", "State"), type: "text" }, { name: "n", label: label("工单数", "Tickets"), type: "integer" }, { name: "m", label: label("费用", "Cost"), type: "money", format: "money" }], rows: projects.map((item, index) => [item["name"], (state[index % 5]!.label as { "zh-CN": string })["zh-CN"], 412 - index * 61, (182400.5 - index * 31200).toFixed(2)]), figure: null, as_of };
}
