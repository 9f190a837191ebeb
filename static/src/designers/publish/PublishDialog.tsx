/** What publishing would do, in words, with its risks; then one button, and one step back afterwards. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { Check, ChevronRight, CircleCheck, Minus, PenLine, Plus, RefreshCcw, Undo2 } from "lucide-react";
import { useEffect, useState } from "react";
import { get, post, Problem } from "../../kernel/api";
import { i18n, pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Issue, Json, Label } from "../../kernel/types";
import { Bones, Failed, told } from "../../kit/parts";
import { useBook, useDesign, useMay, useStatus } from "../context";
import { IssueList } from "../shell/Issues";
import { labelOf } from "../shape";
import { Afterwards, Publishing } from "./Progress";

type Risk = "SAFE" | "SLOW" | "LOSSY" | "BLOCKED";

export interface Planned {
  id: string;
  verb: string;
  kind: string;
  target: string[];
  text: string;
  details: Detail[];
  risk: Risk;
  count: number;
  reason: string;
  rows: { [key: string]: Json }[];
  sql: string[];
}

interface Plan {
  hash: string | null;
  changes: Planned[];
  issues: Issue[];
  blocked: boolean;
  /** Changes in the shared draft that this person may not publish. */
  beyond?: Issue | null;
}

export const verbIcons = { add: Plus, remove: Minus, change: PenLine, rename: PenLine, retype: RefreshCcw } as const;
const tones: Record<Risk, string> = { SAFE: "good", SLOW: "warn", LOSSY: "warn", BLOCKED: "bad" };

export default function PublishDialog({ close }: { close: () => void }) {
  const { app, draft } = useDesign();
  const status = useStatus();
  const queries = useQueryClient();
  const allowed = useMay();
  // the first release of an application has none before it to go back to
  const [before] = useState(() => draft.snapshot().live);
  const [ready, setReady] = useState(false);
  const [accepted, setAccepted] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState<unknown>(null);
  const [done, setDone] = useState<{ release: number; count: number; jobs: string[] } | null>(null);
  useEffect(() => void draft.flush().then(() => setReady(true)), [draft]);
  const plan = useQuery({ queryKey: ["plan", app], enabled: ready && !done, staleTime: 0, gcTime: 0, queryFn: () => get<Plan>(`designer/${app}/plan`) });
  const changes = plan.data?.changes ?? [];
  const lossy = changes.filter((item) => item.risk === "LOSSY");
  const wrong = (plan.data?.issues ?? []).filter((issue) => issue.severity === "error");
  // the same findings with their places, as the designer knows them
  const placed = status.issues.filter((issue) => issue.severity === "error");
  const may = !!plan.data?.hash && !plan.data.blocked && !wrong.length && changes.length > 0 && lossy.every((item) => accepted.includes(item.id));
  const publish = async () => {
    if (!plan.data?.hash || busy) return;
    setBusy(true);
    setFailed(null);
    try {
      const { release, jobs } = await post<{ release: number; jobs: string[] }>(`designer/${app}/publish`, { hash: plan.data.hash, accepted });
      setDone({ release, count: changes.length, jobs });
      await draft.refresh();
      void queries.invalidateQueries({ queryKey: ["metadata"] });
      void queries.invalidateQueries({ queryKey: ["releases", app] });
      for (const key of ["applications", "report-preview", "view-preview"]) void queries.invalidateQueries({ queryKey: [key] });
    } catch (error) {
      setFailed(error);
      if (error instanceof Problem && error.status === 409) void plan.refetch();
    } finally {
      setBusy(false);
    }
  };
  const back = async () => {
    if (!done || busy) return;
    setBusy(true);
    try {
      const releases = await get<{ items: { number: number }[] }>(`designer/${app}/releases`);
      const former = releases.items.map((item) => item.number).filter((number) => number < done.release).sort((a, b) => b - a)[0];
      if (former === undefined) return;
      await post(`designer/${app}/rollback`, { to: former });
      const next = await get<Plan>(`designer/${app}/plan`);
      await post(`designer/${app}/publish`, { hash: next.hash, accepted: next.changes.filter((item) => item.risk === "LOSSY").map((item) => item.id) });
      await draft.reload();
      void queries.invalidateQueries({ queryKey: ["metadata"] });
      void queries.invalidateQueries({ queryKey: ["releases", app] });
      close();
    } catch (error) {
      setFailed(error);
    } finally {
      setBusy(false);
    }
  };
  const footer = done
    ? [...(before && allowed() ? [<Button key="back" icon={<Undo2 size={15} />} loading={busy} onClick={() => void back()}>{t("publish.undo")}</Button>] : []), <Button key="see" href={`/a/${app}`}>{t("design.open_app")}</Button>, <Button key="ok" type="primary" onClick={close}>{t("publish.on")}</Button>]
    : [<Button key="no" disabled={busy} onClick={close}>{t("do.cancel")}</Button>, <Button key="yes" type="primary" loading={busy} disabled={!may} onClick={() => void publish()}>{changes.length ? t("design.publish_count", { count: changes.length }) : t("design.publish")}</Button>];
  return (
    <Modal open title={done ? null : t("publish.title")} width={660} onCancel={close} footer={footer} className="publish" mask={{ closable: !busy }}>
      {failed !== null && <p className="publish-failed wrong" role="alert">{told(failed).detail || told(failed).title}</p>}
      {busy && !done && <Publishing />}
      {done ? (
        <><div className="publish-done" role="status"><CircleCheck size={46} strokeWidth={1.5} aria-hidden /><h2>{t("publish.done", { count: done.count })}</h2><p className="second">{t("publish.done_hint", { number: done.release })}</p></div><Afterwards jobs={done.jobs} /></>
      ) : plan.isError ? (
        <Failed error={plan.error} retry={() => void plan.refetch()} />
      ) : !plan.data ? (
        <Bones rows={5} />
      ) : (
        <div className={busy ? "publish-busy" : ""}>
          {plan.data.beyond && <div className="publish-wrong" role="alert"><b>{plan.data.beyond.message}</b><div>{plan.data.beyond.hint}</div></div>}
          {wrong.length > 0 && <div className="publish-wrong"><b>{t("publish.wrong", { count: wrong.length })}</b>{placed.length ? <IssueList issues={placed} left={close} /> : wrong.map((issue) => <div key={`${issue.code}${issue.path.join("/")}`}>{words(issue)}</div>)}</div>}
          {!changes.length && !wrong.length && <p className="second">{t("publish.nothing")}</p>}
          {grouped(changes).map(([title, items]) => (
            <section key={title} className="publish-group">
              <h4>{title}</h4>
              {items.map((item) => <Line key={item.id} item={item} accepted={accepted.includes(item.id)} accept={(on) => setAccepted(on ? [...accepted, item.id] : accepted.filter((id) => id !== item.id))} />)}
            </section>
          ))}
          <Technical changes={changes} />
        </div>
      )}
    </Modal>
  );
}

/** By what they are about: data first, then what shows it. */
function grouped(changes: readonly Planned[]): [string, Planned[]][] {
  const found = new Map<string, Planned[]>();
  for (const item of changes) {
    const key = t(`sort.${item.kind === "field" ? "entity" : item.kind}_many`);
    found.set(key, [...(found.get(key) ?? []), item]);
  }
  return [...found];
}

/** Of some sorts there are several kinds with properties of their own. */
const kinds: Record<string, string[]> = { view: ["calendar", "gantt", "kanban", "table"], analysis: ["rfm"] };

const detail = (sort: string, word: string) => {
  const key = [`detail.${sort}_${word}`, ...(kinds[sort] ?? []).map((kind) => `prop.${kind}_${word}`), `prop.${word}`, `detail.${word}`].find((one) => i18n.exists(one));
  return key ? t(key) : "";
};

/** A property of what was changed, or the label of a part of it. */
export type Detail = string | { label: Label };

export function details(sort: string, list: readonly Detail[]): string {
  return [...new Set(list.map((item) => (typeof item === "string" ? detail(sort, item) : t("publish.within", { label: pick(item.label) }))).filter(Boolean))].join(t("say.list"));
}

function Line({ item, accepted, accept }: { item: Planned; accepted: boolean; accept: (on: boolean) => void }) {
  const [rows, setRows] = useState(false);
  const Picture = verbIcons[item.verb as keyof typeof verbIcons] ?? PenLine;
  const more = details(item.kind, item.details);
  return (
    <div className={`publish-line ${item.risk.toLowerCase()}`}>
      <span className={`publish-verb ${item.verb}`}><Picture size={13} aria-hidden /></span>
      <div className="grow">
        <div className="line"><span className="grow">{item.text}{more && item.verb === "change" && <span className="third">{t("publish.details", { list: more })}</span>}</span><span className={`risk ${tones[item.risk]}`}>{t(`risk.${item.risk}`)}</span></div>
        {item.reason && <div className={`small ${item.risk === "BLOCKED" ? "wrong" : "second"}`}>{item.reason}</div>}
        {item.rows.length > 0 && (
          <>
            <button type="button" className="plain link small" aria-expanded={rows} onClick={() => setRows(!rows)}>{t("publish.rows", { count: Math.min(item.rows.length, 10) })}</button>
            {rows && <div className="publish-rows">{item.rows.slice(0, 10).map((row, at) => <div key={at}><span className="cut">{String(row["value"] ?? row["id"] ?? "")}</span><span className="third cut">{row["count"] ? t("publish.times", { count: Number(row["count"]) }) : String(row["reason"] ?? "")}</span></div>)}</div>}
          </>
        )}
        {item.risk === "LOSSY" && <label className="publish-accept"><input type="checkbox" checked={accepted} onChange={(event) => accept(event.target.checked)} />{t("publish.accept")}</label>}
      </div>
    </div>
  );
}

function Technical({ changes }: { changes: readonly Planned[] }) {
  const [open, setOpen] = useState(false);
  const sql = changes.flatMap((item) => item.sql);
  if (!sql.length) return null;
  return (
    <div className="publish-sql">
      <button type="button" className="plain inspector-more" aria-expanded={open} onClick={() => setOpen(!open)}><ChevronRight size={14} style={{ transform: open ? "rotate(90deg)" : undefined }} aria-hidden />{t("publish.technical")}</button>
      {open && <pre>{sql.join(";\n")};</pre>}
    </div>
  );
}

export function ChangeWords({ changes }: { changes: readonly { verb: string; sort: string; label: Label; parent?: Label; details?: Detail[] }[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? changes : changes.slice(0, 6);
  return (
    <div className="change-words">
      {shown.map((item, at) => {
        const Picture = verbIcons[item.verb as keyof typeof verbIcons] ?? Check;
        const more = details(item.sort, item.details ?? []);
        return <div key={at}><span className={`publish-verb ${item.verb}`}><Picture size={12} aria-hidden /></span><span>{t(`publish.${item.verb}`, { sort: t(`sort.${item.sort}`), label: pick(item.label), parent: pick(item.parent) })}{item.parent ? <span className="third">{t("publish.of", { parent: pick(item.parent) })}</span> : null}{item.verb === "change" && more ? <span className="third">{t("publish.details", { list: more })}</span> : null}</span></div>;
      })}
      {changes.length > 6 && <button type="button" className="plain link small" onClick={() => setAll(!all)}>{all ? t("publish.less") : t("publish.all", { count: changes.length })}</button>}
    </div>
  );
}

export function useName(): string {
  const { app } = useDesign();
  return pick(labelOf(useBook()["application"]?.[app]));
}
