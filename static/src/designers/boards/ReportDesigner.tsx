/** A question to a dataset: its parts at the left, shelves above, the answer in the middle at all times, its look at the right. */
import { Button, Input, InputNumber, Modal, Select, type MenuProps } from "antd";
import { Database, Info, Plus, Search } from "lucide-react";
import { useEffect, useState } from "react";
import { language, pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { entityOf } from "../../kernel/metadata";
import type { Json, Label, Values } from "../../kernel/types";
import { chartKind } from "../../kit/charts/contract";
import { Explained } from "../../kit/charts/Explained";
import { Empty } from "../../kit/parts";
import { change, useBook, useDesign, useStatus } from "../context";
import { datasetOf, datedNames, dimensionsOf, measuresOf, type Axis } from "../datasets/facts";
import type { Doc } from "../draft";
import { ConditionField } from "../inspector/Condition";
import { Inspector } from "../inspector/Inspector";
import { WhereUsed } from "../inspector/WhereUsed";
import { InlineText } from "../shell/InlineText";
import { isBorrowed, known, labelOf, list, metadataOf, relabelled, short, withBorrowed } from "../shape";
import { ChartKinds } from "./ChartKinds";
import { Figure } from "./Figure";
import { HavingField } from "./HavingField";
import { question as asked } from "./question";
import { quickMeasure, quickSorts, withMeasure, type Quick } from "./quick";
import { Shelves } from "./Shelves";
import { axesOf, measuresIn, narrowingsOf, proposed, put, refused, shapeOf, shelves, usual, type Held } from "./shelves";
import "./reports.css";

interface Named {
  name: string;
  label: Label;
}

export default function ReportDesigner({ id }: { id: string }) {
  const { app, draft, schemas, go } = useDesign();
  const book = useBook();
  const status = useStatus();
  const report = book["report"]![id]!;
  const dataset = datasetOf(book, report);
  const metadata = metadataOf(app, book);
  const entity = entityOf(metadata, short(String(dataset?.["entity"] ?? "")));
  const dimensions = dimensionsOf(dataset);
  const measures = measuresOf(dataset);
  const [held, setHeld] = useState<Held | null>(null);
  const [explaining, setExplaining] = useState(false);
  if (!dataset) return <Empty picture="broken" title={t("report.no_dataset")} />;
  const lent = isBorrowed(String(dataset["name"]));
  const dated = datedNames(metadata, entity, dimensions);
  const chart = { type: "table", ...(report["chart"] as { [key: string]: Json } | undefined) } as { [key: string]: Json };
  const kind = String(chart["type"]);
  /** A change; the chart goes along while it is the proposed one, or where it can no longer draw the answer. */
  const set = (values: { [key: string]: Json | undefined }, label = "design.step_change") => {
    if (!Object.keys(values).length) return;
    const after = { ...report, ...values } as Doc;
    const shape = shapeOf(after);
    const follows = kind === proposed(report) || !!chartKind(kind)?.unfit(shape);
    const next = proposed(after);
    change(draft, ["report", id], "chart" in values || !shape.measures || !follows || next === kind ? values : { ...values, chart: { type: next } }, label);
  };
  const split = shelves.flatMap((shelf) => (shelf === "measures" || shelf === "filters" ? [] : axesOf(report, shelf)));
  const chosen = measuresIn(report);
  const question = pick(asked(dimensions, measures, split, chosen));
  const issues = status.issues.filter((issue) => issue.kind === "report" && issue.id === id);
  const order = (report["order"] ?? []) as unknown as { by: string; descending?: boolean }[];
  const name = (items: readonly Named[], word: string) => pick(items.find((item) => item.name === word)?.label, word);
  /** Another dataset: what it knows as well stays. */
  const move = (word: string) => {
    const next = known(book, "dataset", word);
    const has = (axis: Axis) => dimensionsOf(next).some((item) => item.name === axis.dimension);
    const stay = chosen.filter((one) => measuresOf(next).some((item) => item.name === one));
    const axes = Object.fromEntries((["rows", "columns", "color"] as const).map((shelf) => [shelf, axesOf(report, shelf).filter(has) as unknown as Json]));
    set({ dataset: word, ...axes, measures: stay.length ? stay : measuresOf(next).slice(0, 1).map((item) => item.name), filters: narrowingsOf(report).filter((item) => has(item)) as unknown as Json, order: undefined, filter: next?.["entity"] === dataset["entity"] ? (report["filter"] ?? undefined) : undefined });
  };
  const take = (item: Held) => set(put(report, item, usual(report, item), 99, dated), "design.step_add");
  // what another application lends is not ours to add to: only calculations it has already
  const quick = (measure: string): MenuProps["items"] => quickSorts.filter((sort) => !lent || quickMeasure(dataset, measure, sort).known).map((sort) => ({ key: sort, label: t(`reports.quick_${sort}`), onClick: () => calculate(measure, sort) }));
  const calculate = (measure: string, sort: Quick) => {
    const { measure: made, known } = quickMeasure(dataset, measure, sort);
    const at = list(book, "dataset").find(([, doc]) => doc === dataset)?.[0];
    if ((!at && !known) || chosen.includes(made.name)) return;
    draft.run({ label: "design.step_add", patches: [...(known || !at ? [] : [{ do: "set" as const, path: ["dataset", at, "measures"], value: withMeasure(dataset, made) }]), { do: "set" as const, path: ["report", id, "measures"], value: [...chosen, made.name] }] });
  };
  const splits = [...split.map((axis) => [axis.grain ? `${axis.dimension}:${axis.grain}` : axis.dimension, name(dimensions, axis.dimension)] as const)];
  const body = { report: { ...Object.fromEntries(Object.entries(report).filter(([key]) => key !== "id")), dataset: String(report["dataset"]) }, dataset: lent ? null : dataset, filters: {} as Values };
  return (
    <div className="report-designer">
      <Palette dimensions={dimensions} measures={measures} dated={dated} report={report} take={take} put={(item, shelf) => set(put(report, item, shelf, 99, dated), "design.step_add")} setHeld={setHeld}>
        <div className="line report-source"><Database size={14} className="third" aria-hidden /><Select size="small" variant="filled" value={String(dataset["name"])} aria-label={t("sort.dataset")} style={{ flex: 1, minWidth: 0 }} options={withBorrowed(list(book, "dataset").map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) })), "dataset", t("design.own"))} onChange={(word: string) => move(word)} />{!lent && <button type="button" className="plain link small" onClick={() => go("dataset", list(book, "dataset").find(([, doc]) => doc === dataset)?.[0])}>{t("report.edit_dataset")}</button>}</div>
      </Palette>
      <div className="designer-page report-stage">
        <header className="data-head">
          <InlineText once className="data-name" value={pick(labelOf(report))} label={t("form.rename")} onChange={(text) => set({ label: relabelled(labelOf(report), language(), text) as Json }, "design.step_rename")} />
          {question && pick(labelOf(report)) !== question && <button type="button" className="plain second report-question" title={t("reports.question_kept")} onClick={() => set({ label: asked(dimensions, measures, split, chosen) as Json }, "design.step_rename")}>{question}</button>}
          <span className="grow" />
          {chosen.length > 0 && <Button size="small" icon={<Info size={14} />} onClick={() => setExplaining(true)}>{t("reports.explain")}</Button>}
        </header>
        <Shelves {...{ report, dimensions, measures, dated, issues, held, setHeld, set, quick }} />
        <div className="panel report-figure">{chosen.length ? <Figure report={report} label={question} /> : <Empty picture="board" title={t("reports.split_none")} />}</div>
      </div>
      <aside className="form-settings report-look" aria-label={t("reports.look")}>
        <div className="settings-head"><h3 className="grow">{t("reports.look")}</h3>{chosen.length > 0 && kind === proposed(report) && <span className="small third">{t("reports.proposed")}</span>}</div>
        <div className="report-look-body">
          <ChartKinds value={kind} shape={shapeOf(report)} onChange={(next) => set({ chart: { type: next } })} />
          <Inspector owner="chart" schema={schemas.kinds["charts"]?.[kind]?.schema ?? {}} value={chart} entity={entity?.name ?? ""} put={(key, value) => {
            const rest = Object.fromEntries(Object.entries(chart).filter(([word]) => word !== key));
            set({ chart: value === undefined ? rest : { ...rest, [key]: value } });
          }} />
          {split.length > 0 && (
            <div className="inspector">
              <div className="inspector-row"><div className="field-label">{t("report.order")}</div><Select value={order[0] ? `${order[0].descending === false ? "" : "-"}${order[0].by}` : ""} aria-label={t("report.order")} style={{ width: "100%" }} options={[{ value: "", label: t("report.no_order") }, ...[...chosen.map((word) => [word, name(measures, word)] as const), ...splits].flatMap(([word, text]) => [{ value: `-${word}`, label: `${text} · ${t("view.down")}` }, { value: word, label: `${text} · ${t("view.up")}` }])]} onChange={(value) => set({ order: value ? [{ by: value.replace(/^-/, ""), ...(value.startsWith("-") ? {} : { descending: false }) }] : undefined })} /></div>
              <div className="inspector-row"><div className="field-label">{t("report.limit")}</div><InputNumber min={0} max={10000} value={Number(report["limit"] ?? 0) || null} placeholder={t("report.limit_all")} aria-label={t("report.limit")} onChange={(next) => set({ limit: next || undefined })} /></div>
              <div className="inspector-row"><div className="field-label">{t("reports.having")}</div><HavingField text={String(report["having"] ?? "")} measures={measures} chosen={chosen} onChange={(text) => set({ having: text || undefined })} />{issues.filter((issue) => issue.path[0] === "having").map((issue) => <div key={issue.code} className="wrong small">{words(issue)}</div>)}</div>
            </div>
          )}
          <div className="inspector"><div className="inspector-row"><div className="field-label">{t("reports.more_condition")}</div><ConditionField entity={entity?.name ?? ""} text={String(report["filter"] ?? "")} title={t("report.filter")} blank={t("view.filter_none")} onChange={(text) => set({ filter: text || undefined })} /></div><WhereUsed kind="report" name={String(report["name"])} /></div>
        </div>
      </aside>
      {explaining && <Modal open footer={null} title={t("reports.explain_title", { name: question })} onCancel={() => setExplaining(false)} width={640} destroyOnHidden><Explained path={`designer/${app}/preview/explain`} body={body} /></Modal>}
    </div>
  );
}

interface PaletteProps {
  dimensions: Named[];
  measures: Named[];
  dated: ReadonlySet<string>;
  report: Doc;
  take: (held: Held) => void;
  put: (held: Held, shelf: (typeof shelves)[number]) => void;
  setHeld: (held: Held | null) => void;
  children: React.ReactNode;
}

/** What the dataset knows: dragged onto a shelf, put where it fits with a click, or with a number key onto one. */
function Palette({ dimensions, measures, dated, report, take, put: putOn, setHeld, children }: PaletteProps) {
  const [search, setSearch] = useState("");
  const found = <T extends Named>(items: T[]) => items.filter((item) => pick(item.label).toLowerCase().includes(search.trim().toLowerCase()));
  useEffect(() => () => setHeld(null), [setHeld]);
  const item = (sort: Held["sort"], part: Named) => {
    const held: Held = { sort, name: part.name };
    const fits = shelves.filter((shelf) => !refused(report, held, shelf).why);
    return (
      <button key={part.name} type="button" className={`plain facts-field report-${sort}`} draggable title={shelves.map((shelf, at) => (fits.includes(shelf) ? `${at + 1} ${t("reports.put", { shelf: t(`reports.shelf_${shelf}`) })}` : "")).filter(Boolean).join("\n")} onDragStart={(event) => { event.dataTransfer.setData("text/plain", part.name); setHeld(held); }} onDragEnd={() => setHeld(null)} onClick={() => take(held)} onKeyDown={(event) => {
        const shelf = shelves[Number(event.key) - 1];
        if (shelf && fits.includes(shelf)) putOn(held, shelf);
      }}>
        <span className="grow cut">{pick(part.label) || t("menu.unnamed")}{dated.has(part.name) && <span className="small third"> · {t("facts.by_time")}</span>}</span><Plus size={13} className="third facts-plus" aria-hidden />
      </button>
    );
  };
  return (
    <aside className="form-palette facts-palette" aria-label={t("reports.palette")}>
      {children}
      <Input size="small" allowClear prefix={<Search size={14} className="third" />} value={search} placeholder={t("reports.search")} aria-label={t("reports.search")} onChange={(event) => setSearch(event.target.value)} onKeyDown={(event) => event.stopPropagation()} />
      <div className="form-palette-scroll">
        <div className="facts-group"><h4>{t("facts.dimensions")}</h4>{found(dimensions).map((part) => item("dimension", part))}</div>
        <div className="facts-group"><h4>{t("facts.measures")}</h4>{found(measures).map((part) => item("measure", part))}</div>
      </div>
    </aside>
  );
}
