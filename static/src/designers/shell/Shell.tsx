/** The window of a designer: top bar, the list of definitions, the designer of the chosen one, and what needs doing at the foot. */
import { Button, Dropdown } from "antd";
import { ChevronDown, Ellipsis, Plus, Trash2 } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useParams } from "react-router";
import { pick, t } from "../../kernel/i18n";
import { Boundary } from "../../kit/Boundary";
import { iconOf } from "../../kit/icons";
import { usePhone } from "../../kit/look";
import { Bones, Empty } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { useBook, useDesign, useMay, useStatus } from "../context";
import { keyOf, type Book } from "../draft";
import { labelOf, list } from "../shape";
import { Issues } from "./Issues";
import { NewDialog } from "./NewDialog";
import { TopBar } from "./TopBar";

const tabs = ["entity", "form", "view", "flow", "rule", "decision_table", "segment", "analysis", "message", "board", "role", "menu", "release"] as const;
const sorts: Record<string, string[]> = { entity: ["entity", "option_set"], form: ["form", "page"], view: ["view"], flow: ["flow"], rule: ["rule"], decision_table: ["decision_table"], segment: ["segment"], analysis: ["analysis"], message: ["message"], board: ["board", "report", "dataset"], role: ["role"], menu: [], release: [] };
const icons: Record<string, string> = { entity: "data", option_set: "tags", form: "file", page: "contact", view: "table", flow: "branch", rule: "rule", decision_table: "table", segment: "users", analysis: "grid", message: "mail", board: "board", report: "chart", dataset: "layers", role: "shield", menu: "bars" };

/** Tabs that begin with a page about all of theirs. */
const whole: Record<string, string> = { entity: "data.map", flow: "flow.overview" };

const FormDesigner = lazy(() => import("../forms/FormDesigner"));
const DataDesigner = lazy(() => import("../entities/DataDesigner"));
const OptionSets = lazy(() => import("../entities/OptionSet"));
const ViewDesigner = lazy(() => import("../views/ViewDesigner"));
const RoleDesigner = lazy(() => import("../roles/RoleDesigner"));
const MenuDesigner = lazy(() => import("../menus/MenuDesigner"));
const BoardDesigner = lazy(() => import("../boards/BoardDesigner"));
const ReportDesigner = lazy(() => import("../boards/ReportDesigner"));
const DatasetDesigner = lazy(() => import("../datasets/DatasetDesigner"));
const SegmentDesigner = lazy(() => import("../segments/SegmentDesigner"));
const AnalysisDesigner = lazy(() => import("../analyses/AnalysisDesigner"));
const MessageDesigner = lazy(() => import("../messages/MessageDesigner"));
const DecisionDesigner = lazy(() => import("../decisions/DecisionDesigner"));
const FlowDesigner = lazy(() => import("../flows/FlowDesigner"));
const Flows = lazy(() => import("../flows/Overview"));
const RuleDesigner = lazy(() => import("../rules/RuleDesigner"));
const Versions = lazy(() => import("../publish/Versions"));

export function Shell() {
  const { app, go } = useDesign();
  const { tab: asked = "", id: wanted = "" } = useParams();
  const book = useBook();
  const may = useMay();
  const open = tabs.filter((name) => name === "release" || (name === "menu" ? may("menu") : sorts[name]!.some(may)));
  const [given, id] = asked ? [asked, wanted] : last(app, book, open);
  useEffect(() => {
    if (asked) localStorage.setItem(`design.last.${app}`, `${asked}/${wanted}`);
  }, [app, asked, wanted]);
  const phone = usePhone();
  const [listed, setListed] = useState(false);
  const tab = tabs.find((name) => name === given || sorts[name]?.includes(given)) ?? "entity";
  // an address that names nothing there is opens the first
  const sort = sorts[tab]!.includes(given) ? given : (sorts[tab]![0] ?? tab);
  const own = sorts[tab]!.filter(may);
  const strip = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // on a phone the strip is longer than the screen: where one is stays in sight
    strip.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [tab]);
  const first = id || (whole[tab] ? "" : (list(book, sort)[0]?.[0] ?? ""));
  return (
    <div className="design">
      <TopBar />
      <div ref={strip} className="design-tabs" role="tablist" aria-label={t("design.title")}>
        {open.map((name) => <button key={name} type="button" role="tab" aria-selected={name === tab} className="plain design-tab" onClick={() => go(name)}>{t(`design.tab_${name}`)}</button>)}
      </div>
      <div className={`design-body ${own.length ? "" : "alone"}`}>
        {!!own.length && (
          <aside className={`design-list ${listed ? "open" : ""}`} aria-label={t(`design.tab_${tab}`)}>
            {phone && <button type="button" className="plain design-list-fold" aria-expanded={listed} onClick={() => setListed(!listed)}><span className="grow cut">{pick(labelOf(book[sort]?.[first])) || t(`design.tab_${tab}`)}</span><ChevronDown size={15} /></button>}
            {(!phone || listed) && own.map((name) => <Definitions key={name} sort={name} at={sort === name ? first : ""} done={() => setListed(false)} />)}
          </aside>
        )}
        <section className="design-main">
          <Boundary key={`${sort}/${first}`}><Suspense fallback={<div style={{ padding: 32 }}><Bones rows={7} /></div>}>{may(sort) || tab === "release" ? <Chosen tab={tab} sort={sort} id={first} /> : <Empty picture="lock" title={t("design.not_yours", { what: t(`sort.${sort}_many`) })} hint={t("design.not_yours_hint")} />}</Suspense></Boundary>
        </section>
      </div>
      <Issues />
    </div>
  );
}

/** Where somebody was before; the forms for who comes the first time, the map while there are none. */
function last(app: string, book: Book, open: readonly string[]): [string, string] {
  const [tab = "", id = ""] = (localStorage.getItem(`design.last.${app}`) ?? "").split("/");
  if (tab && open.some((name) => name === tab || sorts[name]?.includes(tab)) && (!id || book[tab]?.[id])) return [tab, id];
  if (!open.includes("form")) return [open.includes("rule") ? "rule" : open[0]!, ""];
  return [list(book, "form").length ? "form" : "entity", ""];
}

function Chosen({ tab, sort, id }: { tab: string; sort: string; id: string }) {
  const book = useBook();
  if (tab === "menu") return <MenuDesigner />;
  if (tab === "release") return <Versions />;
  if (sort === "entity") return <DataDesigner id={book["entity"]?.[id] ? id : ""} />;
  if (sort === "flow" && !book["flow"]?.[id]) return <Flows />;
  if (!book[sort]?.[id]) return <None sort={sort} />;
  if (sort === "form" || sort === "page") return <FormDesigner key={`${sort}/${id}`} sort={sort} id={id} />;
  if (sort === "view") return <ViewDesigner key={id} id={id} />;
  if (sort === "flow") return <FlowDesigner key={id} id={id} />;
  if (sort === "rule") return <RuleDesigner key={id} id={id} />;
  if (sort === "decision_table") return <DecisionDesigner key={id} id={id} />;
  if (sort === "role") return <RoleDesigner key={id} id={id} />;
  if (sort === "board") return <BoardDesigner key={id} id={id} />;
  if (sort === "message") return <MessageDesigner key={id} id={id} />;
  if (sort === "report") return <ReportDesigner key={id} id={id} />;
  if (sort === "segment") return <SegmentDesigner key={id} id={id} />;
  if (sort === "analysis") return <AnalysisDesigner key={id} id={id} />;
  if (sort === "dataset") return <DatasetDesigner key={id} id={id} />;
  return <OptionSets key={id} id={id} />;
}

function None({ sort }: { sort: string }) {
  const [making, setMaking] = useState(false);
  const what = t(`sort.${sort}`);
  return (
    <Empty picture="board" title={t("design.none", { what })} hint={t(`design.none_${sort}`)}>
      <Button type="primary" icon={<Plus size={15} />} onClick={() => setMaking(true)}>{t("design.new", { what })}</Button>
      {making && <NewDialog sort={sort} close={() => setMaking(false)} />}
    </Empty>
  );
}

function Definitions({ sort, at, done }: { sort: string; at: string; done: () => void }) {
  const { draft, go } = useDesign();
  const book = useBook();
  const status = useStatus();
  const toast = useToast();
  const [making, setMaking] = useState(false);
  const items = list(book, sort);
  const remove = (id: string) => {
    const label = pick(labelOf(book[sort]?.[id]));
    draft.run({ label: "design.step_remove", patches: [{ do: "remove", path: [sort, id] }] });
    toast.say(t("design.removed_undo", { name: label }));
    if (at === id) go(sort);
  };
  return (
    <div className="design-group">
      <div className="design-group-title"><span className="grow">{t(`sort.${sort}_many`)}</span><button type="button" className="icon-button" aria-label={t("design.new", { what: t(`sort.${sort}`) })} title={t("design.new", { what: t(`sort.${sort}`) })} onClick={() => setMaking(true)}><Plus size={15} /></button></div>
      {whole[sort] && <button type="button" className="plain design-item" aria-current={at === "" ? "true" : undefined} onClick={() => { go(sort); done(); }}>{icon("layers")}<span className="grow cut">{t(whole[sort])}</span></button>}
      {items.map(([id, doc]) => (
        <div key={id} className="design-item-line">
          <button type="button" className="plain design-item" aria-current={at === id ? "true" : undefined} onClick={() => { go(sort, id); done(); }}>
            {icon(String(doc["icon"] ?? "") || (sort === "view" ? viewIcon(String(doc["type"] ?? "table")) : icons[sort]!))}
            <span className="grow cut">{pick(labelOf(doc))}</span>
            {status.issues.some((issue) => issue.kind === sort && issue.id === id && issue.severity === "error") ? <i className="dot bad" title={t("design.has_issues")} /> : status.changed.has(keyOf(sort, id)) ? <i className="dot" title={t("design.has_changes")} /> : null}
          </button>
          <Dropdown trigger={["click"]} placement="bottomRight" menu={{ items: [{ key: "remove", danger: true, icon: <Trash2 size={14} />, label: t("do.delete"), onClick: () => remove(id) }] }}>
            <button type="button" className="icon-button design-item-more" aria-label={t("design.more", { name: pick(labelOf(doc)) })}><Ellipsis size={15} /></button>
          </Dropdown>
        </div>
      ))}
      {!items.length && <div className="small third design-none">{t("design.none", { what: t(`sort.${sort}`) })}</div>}
      {making && <NewDialog sort={sort} close={() => setMaking(false)} />}
    </div>
  );
}

const viewIcon = (type: string) => (type === "table" ? "table" : type);
function icon(name: string) {
  const Picture = iconOf(name);
  return <Picture size={16} strokeWidth={1.8} aria-hidden />;
}
