/** A dataset: which records, what splits them, what is measured, in sight with its first rows at all times. */
import { Input, Select } from "antd";
import { Plus, Search, X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { language, pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { entityOf } from "../../kernel/metadata";
import type { Json } from "../../kernel/types";
import { Empty } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { Figure } from "../boards/Figure";
import { change, useBook, useDesign, useStatus } from "../context";
import { ConditionField } from "../inspector/Condition";
import { WhereUsed } from "../inspector/WhereUsed";
import { LabelInput } from "../inspector/widgets";
import { iconFor } from "../inspector/words";
import { InlineText } from "../shell/InlineText";
import { factEntities, json, labelOf, list, metadataOf, relabelled, short, withBorrowed } from "../shape";
import { Sortable } from "../views/ViewDesigner";
import { counting, datedNames, dimensionOf, dimensionsOf, grains, measuresOf, reachable, usualMeasure, withoutPart, type Reach } from "./facts";
import { Hierarchies } from "./Hierarchies";
import { MeasureSettings } from "./MeasureSettings";
import { DimensionSettings, grouped } from "./PartSettings";

type Sort = "dimensions" | "measures";

export default function DatasetDesigner({ id }: { id: string }) {
  const { app, draft, part: led } = useDesign();
  const book = useBook();
  const status = useStatus();
  const toast = useToast();
  const dataset = book["dataset"]![id]!;
  const metadata = metadataOf(app, book);
  const entity = entityOf(metadata, short(String(dataset["entity"] ?? "")));
  const dimensions = dimensionsOf(dataset);
  const measures = measuresOf(dataset);
  const meant = (name: string): [Sort, string] | null => (dimensions.some((item) => item.name === name) ? ["dimensions", name] : measures.some((item) => item.name === name) ? ["measures", name] : null);
  const [chosen, setChosen] = useState<[Sort, string] | null>(() => meant(led));
  useEffect(() => {
    if (led) setChosen(meant(led));
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [led]);
  const [over, setOver] = useState<Sort | null>(null);
  const fields = useMemo(() => (entity ? reachable(metadata, entity) : []), [metadata, entity]);
  const dated = datedNames(metadata, entity, dimensions);
  const set = (values: { [key: string]: Json | undefined }, label = "design.step_change", merge?: string) => change(draft, ["dataset", id], values, label, merge);
  const take = (sort: Sort, reach: Reach) => {
    const made = sort === "dimensions" ? dimensionOf(metadata, reach, dimensions.map((item) => item.name)) : usualMeasure(reach, measures.map((item) => item.name));
    set({ [sort]: json([...(sort === "dimensions" ? dimensions : measures), made]) }, "design.step_add");
    setChosen([sort, made.name]);
  };
  const drop = (event: React.DragEvent, sort: Sort) => {
    event.preventDefault();
    setOver(null);
    const reach = fields.find((item) => item.path === event.dataTransfer.getData("text/plain"));
    if (reach) take(sort, reach);
  };
  const remove = (sort: Sort, name: string) => {
    const label = pick((sort === "dimensions" ? dimensions : measures).find((item) => item.name === name)?.label);
    const patches = withoutPart(draft.book, id, sort, name);
    draft.run({ label: "design.step_remove", patches });
    if (chosen?.[1] === name) setChosen(null);
    const places = new Set(patches.slice(1).map((patch) => ("path" in patch ? patch.path.slice(0, 2).join("/") : ""))).size;
    toast.say(places ? t("facts.removed_used", { name: label, count: places }) : t("design.removed_undo", { name: label }));
  };
  if (!entity) return <Empty picture="broken" title={t("facts.entity_gone")} hint={t("form.entity_gone_hint")} />;
  const wrong = (sort: Sort, at: number, name: string) => status.issues.find((issue) => issue.kind === "dataset" && issue.id === id && issue.path[0] === sort && (issue.path[1] === at || issue.path[1] === name));
  const section = (sort: Sort, items: { name: string; id?: string; label: Parameters<typeof pick>[0] }[]) => (
    <section className={`panel facts-list ${over === sort ? "over" : ""}`} aria-label={t(`facts.${sort}`)} onDragOver={(event) => { if (event.dataTransfer.types.includes("text/plain")) { event.preventDefault(); setOver(sort); } }} onDragLeave={() => setOver(null)} onDrop={(event) => drop(event, sort)}>
      <h3>{t(`facts.${sort}`)}<span className="small third">{t(`facts.${sort}_hint`)}</span></h3>
      <Sortable items={items.map((item) => item.name)} onMove={(from, to) => draft.run({ label: "design.step_move", patches: [{ do: "move", from: ["dataset", id, sort, from], to: ["dataset", id, sort, to] }] })}>
        {(at) => {
          const item = items[at]!;
          const issue = wrong(sort, at, item.id ?? item.name);
          return (
            <>
              <button type="button" className={`plain grow cut facts-part report-${sort === "dimensions" ? "dimension" : "measure"}`} aria-pressed={chosen?.[1] === item.name && chosen[0] === sort} onClick={() => setChosen([sort, item.name])}>
                {pick(item.label) || t("menu.unnamed")}
                {sort === "dimensions" && dated.has(item.name) && <span className="small third"> · {t("facts.by_time")}</span>}
                {issue && <span className="wrong">{words(issue)}</span>}
              </button>
              <button type="button" className="icon-button" aria-label={`${t("do.remove")} ${pick(item.label)}`} onClick={() => remove(sort, item.name)}><X size={14} /></button>
            </>
          );
        }}
      </Sortable>
      {!items.length && <p className="help facts-empty">{t(`facts.no_${sort}`)}</p>}
      <Select<string | null> value={null} placeholder={t(sort === "dimensions" ? "report.add_dimension" : "report.add_measure")} aria-label={t(sort === "dimensions" ? "report.add_dimension" : "report.add_measure")} style={{ width: "100%" }} popupMatchSelectWidth={260} showSearch={{ optionFilterProp: "label" }}
        options={[...(sort === "measures" ? [{ label: t("facts.rows"), options: [{ value: "", label: t("facts.agg_count") }] }] : []), ...grouped(fields.filter((item) => sort === "measures" || item.use !== "number"))]}
        onChange={(path) => {
          if (path === "") {
            const made = counting(measures.map((item) => item.name));
            set({ measures: json([...measures, made]) }, "design.step_add");
            setChosen(["measures", made.name]);
          }
          const reach = fields.find((item) => item.path === path);
          if (reach) take(sort, reach);
        }} />
    </section>
  );
  const at = chosen ? (chosen[0] === "dimensions" ? dimensions : measures).findIndex((item) => item.name === chosen[1]) : -1;
  const put = (values: { [key: string]: Json | undefined }, typing?: boolean) => change(draft, ["dataset", id, chosen![0], at], values, "design.step_change", typing ? `${id} ${chosen![1]} ${Object.keys(values).join()}` : undefined);
  const shared = { metadata, entity, dataset: String(dataset["name"]), put, remove: () => chosen && remove(...chosen) };
  return (
    <div className="facts-designer">
      <Fields fields={fields} take={(reach) => take(reach.use === "number" ? "measures" : "dimensions", reach)} />
      <div className="designer-page">
        <header className="data-head">
          <InlineText once className="data-name" value={pick(labelOf(dataset))} label={t("form.rename")} onChange={(text) => set({ label: relabelled(labelOf(dataset), language(), text) as Json }, "design.step_rename")} />
          <span className="second small grow">{t("facts.of_entity", { name: pick(entity.label) })}</span>
          {at >= 0 && <button type="button" className="plain link small" onClick={() => setChosen(null)}>{t("facts.settings")}</button>}
        </header>
        <div className="facts-lists">{section("dimensions", dimensions)}{section("measures", measures)}</div>
        <Sample key={id} dataset={dataset} dated={dated} by={chosen?.[0] === "dimensions" ? chosen[1] : ""} />
      </div>
      <aside className="form-settings" aria-label={t("form.settings")}>
        {at >= 0 && chosen ? (
          <>
            <div className="settings-head"><h3 className="grow cut">{pick((chosen[0] === "dimensions" ? dimensions : measures)[at]!.label)}</h3><span className="small third">{t(chosen[0] === "dimensions" ? "facts.dimension" : "facts.measure")}</span></div>
            {chosen[0] === "dimensions" ? <DimensionSettings key={chosen[1]} {...shared} part={dimensions[at]!} dated={dated.has(chosen[1])} /> : <MeasureSettings key={chosen[1]} {...shared} part={measures[at]!} others={measures} dimensions={dimensions} />}
          </>
        ) : (
          <>
            <div className="settings-head"><h3>{t("facts.settings")}</h3></div>
            <div className="inspector">
              <div className="inspector-row"><div className="field-label">{t("prop.label")}</div><LabelInput title={t("prop.label")} value={labelOf(dataset)} onChange={(label) => set({ label: label as Json }, "design.step_rename", `${id} label`)} /></div>
              <div className="inspector-row"><div className="field-label">{t("facts.source")}</div><Select value={entity.name} aria-label={t("facts.source")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={withBorrowed([...list(book, "entity").map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) })), ...factEntities().map((item) => ({ value: item.name, label: pick(item.label) }))], "entity", t("design.own"))} onChange={(name: string) => set({ entity: name })} /><div className="help">{t("facts.source_hint")}</div></div>
              <div className="inspector-row"><div className="field-label">{t("report.filter")}</div><ConditionField entity={entity.name} text={String(dataset["filter"] ?? "")} title={t("report.filter")} blank={t("facts.all_rows")} onChange={(text) => set({ filter: text || undefined })} /></div>
              <Hierarchies value={(dataset["hierarchies"] ?? []) as never} dimensions={dimensions} onChange={(next) => set({ hierarchies: next.length ? json(next) : undefined })} />
              <WhereUsed kind="dataset" name={String(dataset["name"])} />
            </div>
          </>
        )}
      </aside>
    </div>
  );
}

/** The fields that can be used: dragged into a list, or with a click where they fit best. */
function Fields({ fields, take }: { fields: Reach[]; take: (reach: Reach) => void }) {
  const [search, setSearch] = useState("");
  const told = (reach: Reach) => [...reach.group, reach.label].map((label) => pick(label)).join(t("say.of"));
  const found = fields.filter((reach) => told(reach).toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <aside className="form-palette facts-palette" aria-label={t("facts.fields")}>
      <Input size="small" allowClear prefix={<Search size={14} className="third" />} value={search} placeholder={t("form.palette_search")} aria-label={t("form.palette_search")} onChange={(event) => setSearch(event.target.value)} onKeyDown={(event) => event.stopPropagation()} />
      <div className="form-palette-scroll">
      {grouped(found).map((group) => (
        <div key={group.label} className="facts-group">
          <h4>{group.label}</h4>
          {group.options.map(({ value }) => {
            const reach = fields.find((item) => item.path === value)!;
            const Picture = iconFor(reach.field.type);
            return (
              <button key={value} type="button" className="plain facts-field" draggable title={t(reach.use === "number" ? "facts.add_as_measure" : "facts.add_as_dimension")} onDragStart={(event) => event.dataTransfer.setData("text/plain", value)} onClick={() => take(reach)}>
                <Picture size={14} className={reach.use === "number" ? "report-measure" : "report-dimension"} aria-hidden /><span className="grow cut">{pick(reach.label)}</span><Plus size={13} className="third facts-plus" aria-hidden />
              </button>
            );
          })}
        </div>
      ))}
      {!found.length && <p className="help">{t("form.palette_none")}</p>}
      </div>
      <p className="small third form-palette-hint">{t("facts.fields_hint")}</p>
    </aside>
  );
}

/** A few rows of what the dataset answers. */
function Sample({ dataset, dated, by: wished }: { dataset: Parameters<typeof dimensionsOf>[0] & object; dated: Set<string>; by: string }) {
  const dimensions = dimensionsOf(dataset);
  const [said, setSaid] = useState<string | null>(null);
  const [grain, setGrain] = useState("month");
  const wanted = wished || said;
  const by = wanted === "" ? "" : dimensions.some((item) => item.name === wanted) ? wanted! : (dimensions[0]?.name ?? "");
  const report = { dataset: dataset["name"] ?? "", rows: by ? [{ dimension: by, ...(dated.has(by) ? { grain } : {}) }] : [], measures: measuresOf(dataset).map((item) => item.name), limit: 12, chart: { type: "table" } };
  return (
    <section className="panel facts-sample" aria-label={t("facts.sample")}>
      <header className="line">
        <h3 className="grow">{t("facts.sample")}</h3>
        <Select size="small" value={by} aria-label={t("report.rows")} disabled={!!wished} style={{ minWidth: 130 }} popupMatchSelectWidth={200} options={[{ value: "", label: t("facts.in_all") }, ...dimensions.map((item) => ({ value: item.name, label: pick(item.label) }))]} onChange={setSaid} />
        {dated.has(by) && <Select size="small" value={grain} aria-label={t("report.grain")} style={{ minWidth: 84 }} options={grains.map((word) => ({ value: word, label: t(`enum.${word}`) }))} onChange={setGrain} />}
      </header>
      <Figure report={report as never} dataset={dataset} label={t("facts.sample")} />
    </section>
  );
}
