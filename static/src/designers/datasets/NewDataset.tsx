/** A new dataset in one step: a table is chosen, its usual dimensions and measures come with it. */
import { Input, Modal, Select } from "antd";
import { useMemo, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { entityOf } from "../../kernel/metadata";
import { useToast } from "../../kit/toast";
import { adding, useBook, useDesign } from "../context";
import { nameFor } from "../names";
import { factEntities, labelOf, list, metadataOf, tables, withBorrowed } from "../shape";
import { datasetDoc, proposed } from "./facts";

export function NewDataset({ close }: { close: () => void }) {
  const { app, draft, go } = useDesign();
  const book = useBook();
  const toast = useToast();
  const entities = tables(book);
  const [name, setName] = useState(entities.length === 1 ? String(entities[0]![1]["name"]) : "");
  const [label, setLabel] = useState("");
  const [busy, setBusy] = useState(false);
  const metadata = metadataOf(app, book);
  const entity = entityOf(metadata, name);
  const found = useMemo(() => (entity ? proposed(metadata, entity) : null), [metadata, entity]);
  const make = async () => {
    if (!entity || busy) return;
    setBusy(true);
    try {
      const said = label.trim() || entity.label;
      const free = await nameFor(app, said, () => list(book, "dataset").flatMap(([id, doc]) => [id, String(doc["name"])]));
      draft.run({ label: "design.step_add", patches: adding(draft.book, "dataset", free, datasetDoc(metadata, entity, free, said)) });
      close();
      go("dataset", free);
    } catch (error) {
      toast.failed(error);
      setBusy(false);
    }
  };
  return (
    <Modal open title={t("design.new", { what: t("sort.dataset") })} okText={t("design.make")} cancelText={t("do.cancel")} onCancel={close} onOk={() => void make()} okButtonProps={{ disabled: !entity, loading: busy }} width={460} destroyOnHidden>
      <div className="new-form">
        <label><span className="field-label">{t("facts.source")}</span><Select autoFocus value={name || undefined} placeholder={t("facts.choose_entity")} aria-label={t("facts.source")} onChange={setName} options={withBorrowed([...entities.map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) })), ...factEntities().map((item) => ({ value: item.name, label: pick(item.label) }))], "entity", t("design.own"))} showSearch={{ optionFilterProp: "label" }} notFoundContent={t("design.none", { what: t("sort.entity") })} /></label>
        <label><span className="field-label">{t("prop.label")}</span><Input value={label} placeholder={entity ? pick(entity.label) : t("design.example_dataset")} onChange={(event) => setLabel(event.target.value)} onPressEnter={() => void make()} /></label>
        {found && (
          <div className="facts-proposed">
            <p className="help">{t("facts.proposed")}</p>
            <p><span className="small third">{t("facts.dimensions")}</span> {found.dimensions.map((item) => <span key={item.name} className="facts-chip report-dimension">{pick(item.label)}</span>)}</p>
            <p><span className="small third">{t("facts.measures")}</span> {found.measures.map((item) => <span key={item.name} className="facts-chip report-measure">{pick(item.label)}</span>)}</p>
          </div>
        )}
      </div>
    </Modal>
  );
}
