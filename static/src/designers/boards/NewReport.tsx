/** A new report: what about, which number, split by what, drawn how; the figure is there before it is made. */
import { Input, Modal, Select } from "antd";
import { useMemo, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { entityOf } from "../../kernel/metadata";
import type { Json } from "../../kernel/types";
import { Picture } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { adding, useBook, useDesign } from "../context";
import { datasetDoc, datedNames, dimensionsOf, grains, measuresOf, type Axis } from "../datasets/facts";
import type { Doc } from "../draft";
import { nameFor } from "../names";
import { borrowedOf, free, known as lent, labelOf, list, metadataOf, short, tables } from "../shape";
import { ChartKinds } from "./ChartKinds";
import { Figure } from "./Figure";
import { chartKind } from "../../kit/charts/contract";
import { fitting, question } from "./question";

/** What other applications lend to ask about, a group for each: "CRM · Datasets". */
const lentBy = (sort: string, what: string) => [...new Set(borrowedOf(sort).map((item) => item.application))].map((application) => {
  const items = borrowedOf(sort).filter((item) => item.application === application);
  return { label: `${pick(items[0]!.label)} · ${what}`, options: items.map((item) => ({ value: `${sort}/${item.name}`, label: pick(labelOf(item.document)) })) };
});

/** `then` takes the report's name; without it the report is opened. */
export function NewReport({ close, then }: { close: () => void; then?: (name: string) => void }) {
  const { app, draft, go } = useDesign();
  const book = useBook();
  const toast = useToast();
  const metadata = metadataOf(app, book);
  const known = list(book, "dataset");
  // the first is taken only where there is no choice to make
  const [source, setSource] = useState(known.length === 1 && known[0] ? `dataset/${String(known[0][1]["name"])}` : "");
  const [measures, setMeasures] = useState<string[] | null>(null);
  const [axis, setAxis] = useState<Axis | null>(null);
  const [wish, setWish] = useState("");
  const [label, setLabel] = useState("");
  const [busy, setBusy] = useState(false);
  const [sort = "", word = ""] = source.split("/");
  const dataset = useMemo((): Doc | undefined => {
    if (sort === "dataset") return lent(book, "dataset", word);
    const entity = entityOf(metadata, word);
    return entity && datasetDoc(metadata, entity, free(list(book, "dataset").flatMap(([id, doc]) => [id, String(doc["name"])]), entity.name.split(".").at(-1)!), entity.label);
  }, [book, metadata, sort, word]);
  const entity = entityOf(metadata, short(String(dataset?.["entity"] ?? "")));
  const dimensions = dimensionsOf(dataset);
  const known_ = measuresOf(dataset);
  const chosen = measures ?? known_.slice(0, 1).map((item) => item.name);
  const dated = datedNames(metadata, entity, dimensions);
  const axes = axis ? [axis] : [];
  const shape = { rows: axes.length, series: 0, measures: chosen.length };
  const chart = wish && !chartKind(wish)?.unfit(shape) ? wish : fitting(axes);
  const said = question(dimensions, known_, axes, chosen);
  const report: Doc = { dataset: dataset?.["name"] ?? "", rows: axes as unknown as Json, measures: chosen, chart: { type: chart } };
  const make = async () => {
    if (!dataset || !chosen.length || busy) return;
    setBusy(true);
    try {
      const called = label.trim() || said;
      const name = await nameFor(app, called, () => list(book, "report").flatMap(([id, doc]) => [id, String(doc["name"])]));
      draft.run({ label: "design.step_add", patches: [...(sort === "entity" ? adding(draft.book, "dataset", String(dataset["name"]), dataset) : []), ...adding(draft.book, "report", name, { name, label: called as Json, ...report })] });
      close();
      if (then) then(name);
      else go("report", name);
    } catch (error) {
      toast.failed(error);
      setBusy(false);
    }
  };
  const take = (next: string) => {
    setSource(next);
    setMeasures(null);
    setAxis(null);
  };
  return (
    <Modal open className="new-report" title={t("design.new", { what: t("sort.report") })} okText={t(then ? "boards.put" : "design.make")} cancelText={t("do.cancel")} onCancel={close} onOk={() => void make()} okButtonProps={{ disabled: !dataset || !chosen.length, loading: busy }} width={880} destroyOnHidden>
      <div className="new-report-body">
        <div className="new-form">
          <label><span className="field-label">{t("report.about")}</span><Select autoFocus value={source || undefined} placeholder={t("report.choose_source")} aria-label={t("report.about")} onChange={take} showSearch={{ optionFilterProp: "label" }} notFoundContent={t("design.none", { what: t("sort.entity") })} options={[
            { label: t("sort.dataset_many"), options: known.map(([, doc]) => ({ value: `dataset/${String(doc["name"])}`, label: pick(labelOf(doc)) })) },
            { label: t("report.new_facts"), options: (draft.may("dataset") ? tables(book) : []).map(([, doc]) => ({ value: `entity/${String(doc["name"])}`, label: pick(labelOf(doc)) })) },
            ...lentBy("dataset", t("sort.dataset_many")), ...(draft.may("dataset") ? lentBy("entity", t("report.new_facts")) : []),
          ].filter((group) => group.options.length)} /></label>
          {sort === "entity" && <p className="help">{t("report.new_facts_hint")}</p>}
          {dataset && (
            <>
              <label><span className="field-label">{t("report.measures")}</span><Select mode="multiple" value={chosen} aria-label={t("report.measures")} placeholder={t("report.add_measure")} options={known_.map((item) => ({ value: item.name, label: pick(item.label) }))} showSearch={{ optionFilterProp: "label" }} onChange={setMeasures} /></label>
              <div>
                <span className="field-label">{t("report.rows")}</span>
                <div className="line">
                  <Select value={axis?.dimension ?? ""} aria-label={t("report.rows")} style={{ flex: 1, minWidth: 0 }} options={[{ value: "", label: t("report.no_rows") }, ...dimensions.map((item) => ({ value: item.name, label: pick(item.label) }))]} showSearch={{ optionFilterProp: "label" }} onChange={(name: string) => setAxis(name ? { dimension: name, ...(dated.has(name) ? { grain: "month" } : {}) } : null)} />
                  {axis && dated.has(axis.dimension) && <Select value={axis.grain ?? "day"} aria-label={t("report.grain")} style={{ width: 96 }} options={grains.map((word) => ({ value: word, label: t(`enum.${word}`) }))} onChange={(grain: string) => setAxis({ ...axis, grain })} />}
                </div>
              </div>
              <div><span className="field-label">{t("report.chart")}</span><ChartKinds value={chart} shape={shape} onChange={setWish} /></div>
              <label><span className="field-label">{t("prop.label")}</span><Input value={label} placeholder={pick(said)} onChange={(event) => setLabel(event.target.value)} onPressEnter={() => void make()} /></label>
            </>
          )}
        </div>
        <div className="new-report-figure">
          {dataset ? <><h3 className="cut">{label.trim() || pick(said)}</h3><div className="report-figure"><Figure report={report} dataset={dataset} label={pick(said)} /></div></> : <div className="tile-none figure-none"><Picture of="board" /><span className="second">{t("report.choose_first")}</span></div>}
        </div>
      </div>
    </Modal>
  );
}
