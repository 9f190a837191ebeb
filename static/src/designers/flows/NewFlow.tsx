/** A new flow: what about, from which beginning; a first one stands before it is opened. */
import { Button, Input, InputNumber, Modal, Segmented, Select, Upload } from "antd";
import { FileUp, Layers, ListChecks, Plus, UserCheck } from "lucide-react";
import { useState } from "react";
import { pick, said, t } from "../../kernel/i18n";
import { entityOf } from "../../kernel/metadata";
import type { Json, Label } from "../../kernel/types";
import { useToast } from "../../kit/toast";
import { adding, useBook, useDesign } from "../context";
import { nameFor } from "../names";
import { labelOf, list, metadataOf, short, tables, withBorrowed } from "../shape";
import { readXml } from "./exchange";
import { amountOf, fitting, stepsFor, templates, type Template } from "./templates";
import { unlike } from "./words";

const pictures = { one: UserCheck, amount: Layers, counter: ListChecks, empty: Plus } as const;

export default function NewFlow({ close, entity: given = "" }: { close: () => void; entity?: string }) {
  const { app, draft, go } = useDesign();
  const book = useBook();
  const toast = useToast();
  const metadata = metadataOf(app, book);
  const [about, setAbout] = useState(given || tables(book)[0]?.[0] || "");
  const entity = entityOf(metadata, String(book["entity"]?.[about]?.["name"] ?? about));
  const [template, setTemplate] = useState<Template>("amount");
  const [label, setLabel] = useState("");
  const [first, setFirst] = useState(10_000);
  const [second, setSecond] = useState(50_000);
  const [trigger, setTrigger] = useState<"button" | "created">("button");
  const [busy, setBusy] = useState(false);
  const chosen = entity && fitting(template, entity) ? template : "one";
  const amount = entity && amountOf(entity);
  const proposed = entity ? unlike(said("flow.default_name", { what: entity.label }), list(book, "flow").map(([, doc]) => pick(labelOf(doc)))) : "";
  const called = label.trim() || pick(proposed);
  const keep = async (given: Label, values: { [key: string]: Json }) => {
    const name = await nameFor(app, given, () => list(book, "flow").flatMap(([id, doc]) => [id, String(doc["name"])]));
    draft.run({ label: "design.step_add", patches: adding(draft.book, "flow", name, { ...values, name, label: given as Json }) });
    close();
    go("flow", name);
  };
  const make = async () => {
    if (!entity || busy) return;
    setBusy(true);
    try {
      await keep(label.trim() || proposed, { entity: entity.name, ...(trigger === "created" ? { trigger: { type: trigger } } : {}), steps: stepsFor(chosen, { entity, first: Math.min(first, second), second: Math.max(first, second) }) as unknown as Json });
    } catch (error) {
      toast.failed(error);
      setBusy(false);
    }
  };
  const bring = async (file: File) => {
    if (!entity) return;
    setBusy(true);
    try {
      const { flow, notes } = await readXml(app, await file.text(), entity.name);
      const { id: _, ...values } = flow;
      await keep(label.trim() || labelOf(flow) || called, { ...values, entity: short(String(values["entity"] ?? "")) || entity.name });
      if (notes.length) toast.modal.info({ title: t("flow.bpmn_notes"), content: <ul>{notes.map((note) => <li key={note}>{note}</li>)}</ul>, okText: t("do.close") });
    } catch (error) {
      toast.failed(error);
      setBusy(false);
    }
  };
  return (
    <Modal open title={t("design.new", { what: t("sort.flow") })} okText={t("design.make")} cancelText={t("do.cancel")} onCancel={close} onOk={() => void make()} okButtonProps={{ disabled: !entity, loading: busy }} width={620} destroyOnHidden>
      <div className="new-form">
        <label><span className="field-label">{t("flow.what_about")}</span><Select value={about || undefined} onChange={setAbout} aria-label={t("flow.what_about")} options={withBorrowed(tables(book).map(([id, doc]) => ({ value: id, label: pick(labelOf(doc)) })), "entity", t("design.own"))} showSearch={{ optionFilterProp: "label" }} notFoundContent={t("design.none", { what: t("sort.entity") })} /></label>
        <div>
          <span className="field-label">{t("flow.begin_with")}</span>
          <div className="flow-templates" role="radiogroup" aria-label={t("flow.begin_with")}>
            {templates.map((name) => {
              const Picture = pictures[name];
              const fits = !entity || fitting(name, entity);
              return (
                <button key={name} type="button" role="radio" className="plain flow-template" aria-checked={chosen === name} disabled={!fits} onClick={() => setTemplate(name)}>
                  <Picture size={18} aria-hidden /><b>{t(`flow.template_${name}`)}</b><span className="small second">{t(fits ? `flow.template_${name}_hint` : "flow.template_no_number")}</span>
                </button>
              );
            })}
          </div>
        </div>
        {chosen === "amount" && amount && (
          <div className="flow-limits">
            <span>{t("flow.limit_1", { field: pick(amount.label) })}</span><InputNumber value={first} min={0} aria-label={t("flow.limit_1", { field: pick(amount.label) })} onChange={(next) => next !== null && setFirst(next)} />
            <span>{t("flow.limit_2", { field: pick(amount.label) })}</span><InputNumber value={second} min={0} aria-label={t("flow.limit_2", { field: pick(amount.label) })} onChange={(next) => next !== null && setSecond(next)} />
          </div>
        )}
        <div>
          <span className="field-label">{t("flow.begin_how")}</span>
          <Segmented block value={trigger} aria-label={t("flow.begin_how")} onChange={setTrigger} options={(["button", "created"] as const).map((value) => ({ value, label: t(`flow.begin_${value}`) }))} />
        </div>
        <label><span className="field-label">{t("prop.label")}</span><Input value={label} placeholder={called} onChange={(event) => setLabel(event.target.value)} onPressEnter={() => void make()} /></label>
        <Upload accept=".bpmn,.xml" showUploadList={false} beforeUpload={(file) => { void bring(file as unknown as File); return false; }}><Button size="small" type="text" icon={<FileUp size={14} />}>{t("flow.from_bpmn")}</Button></Upload>
      </div>
    </Modal>
  );
}
