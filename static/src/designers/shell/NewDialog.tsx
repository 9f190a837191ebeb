/** Asks the little one must know to make a definition, then makes it and opens it. */
import { Button, Input, Modal, Select } from "antd";
import { lazy, Suspense, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { useToast } from "../../kit/toast";
import { adding, useBook, useDesign } from "../context";
import { datasetPatches, entityPatches, formPatches, menuPatches, viewPatches } from "../entities/scaffold";
import { typeLabel } from "../inspector/words";
import { nameFor } from "../names";
import { free, labelOf, list } from "../shape";

const NewFromSheet = lazy(() => import("../../kit/sheet/NewFromSheet"));

export function NewDialog({ sort, close, entity: given = "" }: { sort: string; close: () => void; entity?: string }) {
  const { app, draft, go, schemas } = useDesign();
  const book = useBook();
  const toast = useToast();
  const [label, setLabel] = useState("");
  const [entity, setEntity] = useState(given || list(book, "entity")[0]?.[0] || "");
  const [busy, setBusy] = useState(false);
  const [sheet, setSheet] = useState(false);
  const of = ["form", "page", "view"].includes(sort) ? "entity" : sort === "report" ? "dataset" : "";
  const [dataset, setDataset] = useState(list(book, "dataset")[0] ? `dataset/${list(book, "dataset")[0]![0]}` : list(book, "entity")[0] ? `entity/${list(book, "entity")[0]![0]}` : "");
  const ready = !!label.trim() && (of !== "entity" || !!entity) && (of !== "dataset" || !!dataset);
  const make = async () => {
    if (!ready || busy) return;
    setBusy(true);
    try {
      const said = label.trim();
      const name = await nameFor(app, said, list(book, sort).flatMap(([id, doc]) => [id, String(doc["name"])]));
      const owner = book["entity"]?.[entity];
      const [source = "", sourceId = ""] = dataset.split("/");
      const from = book[source]?.[sourceId];
      const facts = source === "entity" && from ? free(list(book, "dataset").map(([id]) => id), String(from["name"])) : String(from?.["name"] ?? "");
      const patches =
        sort === "entity" ? entityPatches(book, name, said, t("design.default_title"))
        : sort === "form" && owner ? formPatches(book, name, said, owner)
        : sort === "view" && owner ? viewPatches(book, name, said, owner)
        : sort === "page" && owner ? adding(book, sort, name, { name, label: said, entity: String(owner["name"]), components: [{ id: "section", type: "section", columns: 2, components: [] }, { id: "timeline", type: "timeline" }] })
        : sort === "board" ? [...adding(book, sort, name, { name, label: said, tiles: [], filters: [] }), ...menuPatches(book, { id: name, label: said, icon: "board", target: "board", board: name })]
        : sort === "report" && from ? [
          ...(source === "entity" ? datasetPatches(book, facts, from, { count: t("report.count"), sum: (of) => t("report.sum_of", { of }), average: (of) => t("report.average_of", { of }) }) : []),
          ...adding(book, sort, name, { name, label: said, dataset: facts, rows: [], measures: source === "entity" ? ["count"] : ((from["measures"] ?? []) as { name: string }[]).slice(0, 1).map((item) => item.name), chart: { type: "number" } }),
        ]
        : sort === "role" ? adding(book, sort, name, { name, label: said, grants: list(book, "entity").map(([, doc]) => ({ entity: String(doc["name"]) })) })
        : adding(book, sort, name, { name, label: said, options: [] });
      draft.run({ label: "design.step_add", patches });
      close();
      go(sort, name);
    } catch (error) {
      toast.failed(error);
      setBusy(false);
    }
  };
  if (sheet) {
    const sorts = Object.entries(schemas.kinds["fields"] ?? {}).filter(([, kind]) => ["text", "number", "date", "choice"].includes(kind.group)).map(([kind]) => ({ kind, label: typeLabel(kind) }));
    const made = async (name: string) => {
      await draft.reload();
      close();
      go("entity", name);
    };
    return <Suspense fallback={null}><NewFromSheet application={app} sorts={sorts} close={close} made={(name) => void made(name.split(".").pop() ?? name)} /></Suspense>;
  }
  return (
    <Modal open title={t("design.new", { what: t(`sort.${sort}`) })} okText={t("design.make")} cancelText={t("do.cancel")} onCancel={close} onOk={() => void make()} okButtonProps={{ disabled: !ready, loading: busy }} width={440} destroyOnHidden>
      <div className="new-form">
        <label><span className="field-label">{t("prop.label")}</span><Input autoFocus value={label} placeholder={t(`design.example_${sort}`)} onChange={(event) => setLabel(event.target.value)} onPressEnter={() => void make()} /></label>
        {of === "entity" && <label><span className="field-label">{t("sort.entity")}</span><Select value={entity || undefined} onChange={setEntity} options={list(book, "entity").map(([id, doc]) => ({ value: id, label: pick(labelOf(doc)) }))} showSearch={{ optionFilterProp: "label" }} /></label>}
        {of === "dataset" && <label><span className="field-label">{t("sort.dataset")}</span><Select value={dataset || undefined} onChange={setDataset} options={[
          { label: t("sort.dataset_many"), options: list(book, "dataset").map(([id, doc]) => ({ value: `dataset/${id}`, label: pick(labelOf(doc)) })) },
          { label: t("report.new_facts"), options: list(book, "entity").map(([id, doc]) => ({ value: `entity/${id}`, label: pick(labelOf(doc)) })) },
        ].filter((group) => group.options.length)} notFoundContent={t("report.no_dataset")} /></label>}
        {sort === "entity" && <p className="help">{t("data.new_hint")} <Button type="link" size="small" onClick={() => setSheet(true)}>{t("data.from_sheet")}</Button></p>}
      </div>
    </Modal>
  );
}
