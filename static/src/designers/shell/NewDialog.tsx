/** Asks the little one must know to make a definition, then makes it and opens it. */
import { Button, Input, Modal, Select } from "antd";
import { lazy, Suspense, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { useToast } from "../../kit/toast";
import { NewReport } from "../boards/NewReport";
import { adding, useBook, useDesign } from "../context";
import { NewDataset } from "../datasets/NewDataset";
import { entityPatches, formPatches, menuPatches, viewPatches } from "../entities/scaffold";
import { typeLabel } from "../inspector/words";
import { nameFor } from "../names";
import { borrowedOf, labelOf, list, tables, withBorrowed } from "../shape";

const NewFlow = lazy(() => import("../flows/NewFlow"));
const NewMessage = lazy(() => import("../messages/NewMessage"));
const NewFromSheet = lazy(() => import("../../kit/sheet/NewFromSheet"));

interface Props {
  sort: string;
  close: () => void;
  entity?: string;
}

export function NewDialog(props: Props) {
  if (props.sort === "message") return <Suspense fallback={null}><NewMessage close={props.close} /></Suspense>;
  if (props.sort === "flow") return <Suspense fallback={null}><NewFlow close={props.close} entity={props.entity ?? ""} /></Suspense>;
  if (props.sort === "report") return <NewReport close={props.close} />;
  if (props.sort === "dataset") return <NewDataset close={props.close} />;
  return <Plain {...props} />;
}

function Plain({ sort, close, entity: given = "" }: Props) {
  const { app, draft, go, schemas } = useDesign();
  const book = useBook();
  const toast = useToast();
  const [label, setLabel] = useState("");
  const [entity, setEntity] = useState(given || tables(book)[0]?.[0] || "");
  const [busy, setBusy] = useState(false);
  const [sheet, setSheet] = useState(false);
  const own = [...tables(book).map(([id, doc]) => ({ value: id, label: pick(labelOf(doc)) })), ...(sort === "decision_table" ? [{ value: "", label: t("decision.over_values") }] : [])];
  const of = ["form", "page", "view", "rule", "decision_table", "segment", "analysis"].includes(sort) ? "entity" : "";
  const ready = !!label.trim() && (of !== "entity" || !!entity || sort === "decision_table");
  const make = async () => {
    if (!ready || busy) return;
    setBusy(true);
    try {
      const said = label.trim();
      const name = await nameFor(app, said, () => list(book, sort).flatMap(([id, doc]) => [id, String(doc["name"])]));
      const owner = book["entity"]?.[entity] ?? borrowedOf("entity").find((item) => item.name === entity)?.document;
      const patches =
        sort === "entity" ? entityPatches(book, name, said, t("design.default_title"))
        : sort === "form" && owner ? formPatches(book, name, said, owner)
        : sort === "view" && owner ? viewPatches(book, name, said, owner)
        : sort === "page" && owner ? adding(book, sort, name, { name, label: said, entity: String(owner["name"]), components: [{ id: "section", type: "section", columns: 2, components: [] }, { id: "timeline", type: "timeline" }] })
        : sort === "board" ? [...adding(book, sort, name, { name, label: said, tiles: [], filters: [] }), ...menuPatches(book, { id: name, label: said, icon: "board", target: "board", board: name })]
        : sort === "rule" && owner ? adding(book, sort, name, { name, label: said, entity: String(owner["name"]), trigger: { type: "created" }, actions: [] })
        : sort === "decision_table" ? adding(book, sort, name, { name, label: said, ...(owner ? { entity: String(owner["name"]) } : {}), inputs: [], outputs: [], rows: [] })
        : sort === "segment" && owner ? adding(book, sort, name, { name, label: said, entity: String(owner["name"]), condition: "" })
        : sort === "analysis" && owner ? adding(book, sort, name, { name, label: said, entity: String(owner["name"]), type: "rfm", facts: "", date: "" })
        : sort === "role" ? adding(book, sort, name, { name, label: said, grants: tables(book).map(([, doc]) => ({ entity: String(doc["name"]) })) })
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
    return <Suspense fallback={null}><NewFromSheet application={app} sorts={sorts} roles={list(book, "role").map(([id]) => id)} close={close} made={(name) => void made(name.split(".").pop() ?? name)} /></Suspense>;
  }
  return (
    <Modal open title={t("design.new", { what: t(`sort.${sort}`) })} okText={t("design.make")} cancelText={t("do.cancel")} onCancel={close} onOk={() => void make()} okButtonProps={{ disabled: !ready, loading: busy }} width={440} destroyOnHidden>
      <div className="new-form">
        <label><span className="field-label">{t("prop.label")}</span><Input autoFocus value={label} placeholder={t(`design.example_${sort}`)} onChange={(event) => setLabel(event.target.value)} onPressEnter={() => void make()} /></label>
        {of === "entity" && <label><span className="field-label">{t("sort.entity")}</span><Select value={entity || (sort === "decision_table" ? "" : undefined)} onChange={setEntity} options={["view", "rule"].includes(sort) ? withBorrowed(own, "entity", t("design.own")) : own} showSearch={{ optionFilterProp: "label" }} /></label>}
        {sort === "entity" && <p className="help">{t("data.new_hint")} <Button type="link" size="small" onClick={() => setSheet(true)}>{t("data.from_sheet")}</Button></p>}
      </div>
    </Modal>
  );
}
