/** The made-up application of the fake server: tickets of a workshop, their projects and costs. */
const label = (zh: string, en: string) => ({ "zh-CN": zh, en });
const option = (value: string, zh: string, en: string, color: string) => ({ value, label: label(zh, en), color });
const write = { access: "write" as const };

const state = [option("new", "待处理", "New", "gray"), option("doing", "处理中", "In progress", "blue"), option("waiting", "等待回复", "Waiting", "amber"), option("done", "已完成", "Done", "green"), option("closed", "已关闭", "Closed", "purple")];
const urgency = [option("low", "低", "Low", "gray"), option("normal", "普通", "Normal", "teal"), option("high", "高", "High", "orange"), option("urgent", "紧急", "Urgent", "red")];
const kinds = [option("network", "网络", "Network", "cyan"), option("hardware", "硬件", "Hardware", "indigo"), option("account", "账号", "Account", "pink"), option("software", "软件", "Software", "olive"), option("print", "打印", "Printing", "amber")];

export const fields = [
  { name: "number", label: label("编号", "Number"), type: "sequence", access: "read" },
  { name: "title", label: label("标题", "Title"), type: "text", required: true, limit: 80, ...write },
  { name: "state", label: label("状态", "State"), type: "choice", options: state, default: "new", required: true, ...write },
  { name: "urgency", label: label("紧急程度", "Urgency"), type: "choice", options: urgency, default: "normal", ...write },
  { name: "owner", label: label("负责人", "Owner"), type: "user", ...write },
  { name: "project", label: label("所属项目", "Project"), type: "reference", entity: "project", inverse: "tickets", ...write },
  { name: "due_on", label: label("截止日期", "Due"), type: "date", ...write },
  { name: "kinds", label: label("分类", "Kinds"), type: "choice", multiple: true, options: kinds, ...write },
  { name: "cost", label: label("预计费用", "Cost"), type: "money", digits: 2, ...write },
  { name: "progress", label: label("进度", "Progress"), type: "percent", digits: 0, ...write },
  { name: "rating", label: label("满意度", "Rating"), type: "rating", maximum: 5, ...write },
  { name: "phone", label: label("联系电话", "Phone"), type: "phone", ...write },
  { name: "email", label: label("邮箱", "E-mail"), type: "email", hint: label("处理结果会发到这里", "The result goes here"), ...write },
  { name: "paid", label: label("已付款", "Paid"), type: "boolean", ...write },
  { name: "spent", label: label("已用时长", "Time spent"), type: "duration", ...write },
  { name: "description", label: label("问题描述", "Description"), type: "long_text", limit: 5000, ...write },
  { name: "place", label: label("地点", "Place"), type: "address", ...write },
  { name: "files", label: label("附件", "Files"), type: "file", ...write },
  { name: "items", label: label("费用明细", "Costs"), type: "lines", entity: "cost", parent: "ticket", ...write },
  { name: "total", label: label("明细合计", "Total"), type: "rollup", result: "money", digits: 2, access: "read" },
  { name: "salary", label: label("人工成本", "Labour"), type: "money", access: "masked" },
];

const costFields = [
  { name: "ticket", label: label("工单", "Ticket"), type: "reference", entity: "ticket", ...write },
  { name: "thing", label: label("项目", "Thing"), type: "text", required: true, ...write },
  { name: "quantity", label: label("数量", "Quantity"), type: "integer", ...write },
  { name: "price", label: label("单价", "Price"), type: "money", ...write },
  { name: "bought_on", label: label("日期", "Date"), type: "date", ...write },
];

const rights = { create: true, update: true, delete: true, export: true };
const view = (type: string, zh: string, en: string, more: object = {}) => ({
  type, label: label(zh, en), entity: "ticket", sorts: [{ field: "number", descending: true }], columns: ["title", "state", "urgency", "owner", "project", "due_on", "kinds", "cost", "progress", "rating", "phone", "paid", "spent", "total", "number", "salary", "changed_at"].map((field) => ({ field, ...(field === "title" ? { width: 300 } : {}) })), ...more,
});

export const metadata = {
  application: { name: "desk", label: label("服务台", "Service desk"), icon: "wrench", color: "teal", release: 3, may_design: true },
  entities: {
    ticket: { label: label("工单", "Ticket"), plural: label("工单", "Tickets"), icon: "ticket", title: "title", subtitle: ["number"], access: rights, fields, relations: [{ name: "follow_ups", label: label("后续工单", "Follow-ups"), entity: "desk.ticket", way: "rows", via: "project" }] },
    project: { label: label("项目", "Project"), plural: label("项目", "Projects"), icon: "folder", title: "name", access: { ...rights, delete: false }, fields: [{ name: "name", label: label("名称", "Name"), type: "text", required: true, ...write }, { name: "owner", label: label("负责人", "Owner"), type: "user", ...write }, { name: "begin_on", label: label("开始", "Begin"), type: "date", ...write }], relations: [{ name: "tickets", label: label("工单", "Tickets"), entity: "desk.ticket", way: "rows", via: "project" }] },
    cost: { label: label("费用", "Cost"), icon: "money", title: "thing", access: rights, fields: costFields, relations: [] },
  },
  forms: {
    report: {
      label: label("报修单", "Report a fault"), entity: "ticket", submit: label("提交报修", "Send report"),
      components: [
        { id: "s1", type: "section", label: label("问题", "Problem"), hint: label("说清楚什么坏了、在哪里，我们会更快处理。", "Say what is broken and where; it helps us to be quick."), columns: 2, components: [
          { id: "title", type: "field", field: "title", width: 2 }, { id: "urgency", type: "field", field: "urgency", width: 1 }, { id: "due", type: "field", field: "due_on", width: 1 }, { id: "kinds", type: "field", field: "kinds", width: 1 }, { id: "project", type: "field", field: "project", width: 1 }, { id: "description", type: "field", field: "description", width: 2 }, { id: "files", type: "field", field: "files", width: 2 },
        ] },
        { id: "s2", type: "section", label: label("联系方式", "Contact"), columns: 2, components: [{ id: "phone", type: "field", field: "phone" }, { id: "email", type: "field", field: "email", required: { text: "TRUE", ast: { kind: "literal", type: "boolean", value: true } } }, { id: "place", type: "field", field: "place", width: 2 }] },
        { id: "t", type: "tabs", components: [
          { id: "t1", type: "tab", label: label("费用", "Costs"), components: [{ id: "cost", type: "field", field: "cost" }, { id: "paid", type: "field", field: "paid" }, { id: "items", type: "lines", field: "items", columns: ["thing", "quantity", "price", "bought_on"] }] },
          { id: "t2", type: "tab", label: label("处理", "Work"), components: [{ id: "owner", type: "field", field: "owner" }, { id: "state", type: "field", field: "state" }, { id: "progress", type: "field", field: "progress" }, { id: "spent", type: "field", field: "spent" }, { id: "rating", type: "field", field: "rating" }] },
        ] },
      ],
    },
  },
  views: {
    tickets: view("table", "全部工单", "All tickets"),
    board: view("kanban", "看板", "By state", { group_by: "state", title: "title", fields: ["urgency", "owner", "due_on", "cost"], sum: "cost" }),
    calendar: view("calendar", "日历", "Calendar", { start: "due_on", title: "title", color_by: "state" }),
    projects: { type: "table", label: label("项目", "Projects"), entity: "project", sorts: [], columns: [{ field: "name", width: 260 }, { field: "owner" }, { field: "begin_on" }] },
  },
  boards: { overview: { label: label("总览", "Overview") } },
  pages: {}, option_sets: {},
};

export const menu = [
  { id: "overview", label: label("总览", "Overview"), icon: "board", target: "board", board: "overview" },
  { id: "g", label: label("服务", "Service"), items: [{ id: "tickets", label: label("工单", "Tickets"), icon: "ticket", target: "view", view: "tickets" }, { id: "board", label: label("工单看板", "Ticket board"), icon: "kanban", target: "view", view: "board" }, { id: "cal", label: label("排期", "Schedule"), icon: "calendar", target: "view", view: "calendar" }, { id: "projects", label: label("项目", "Projects"), icon: "folder", target: "view", view: "projects" }] },
  { id: "h", label: label("填报", "Enter"), items: [{ id: "report", label: label("我要报修", "Report a fault"), icon: "note", target: "form", form: "report" }] },
];

const tile = (id: string, chart: string, zh: string, en: string, x: number, y: number, width: number, height: number) => ({ id, chart, report: id, title: label(zh, en), x, y, width, height });
export const board = {
  label: label("服务总览", "Overview"),
  filters: [{ name: "period", label: label("时间", "Period"), sort: "period", periods: ["today", "this_week", "this_month", "last_12_months"], default: "this_month" }, { name: "state", label: label("状态", "State"), sort: "choice", options: state }],
  tiles: [
    tile("n1", "number", "本月新工单", "New this month", 0, 0, 3, 3), tile("n2", "number", "预计费用", "Expected cost", 3, 0, 3, 3), tile("n3", "number", "按时完成", "Done in time", 6, 0, 3, 3), tile("n4", "number", "等待回复", "Waiting", 9, 0, 3, 3),
    tile("line", "line", "每周新建和完成的工单", "Made and done by week", 0, 3, 8, 8), tile("pie", "pie", "工单分布在哪些分类", "By kind", 8, 3, 4, 8), tile("bar", "bar", "各负责人手上的工单", "By owner", 0, 11, 5, 8), tile("table", "table", "费用最高的项目", "Projects by cost", 5, 11, 7, 8),
  ],
};
export { label, state, kinds };
