/** To whom a message counts, what it is for, in which language, and what is not said twice. */
import { InputNumber, Segmented, Select } from "antd";
import { pick, t } from "../../kernel/i18n";
import type { Entity, Json, Label, Metadata } from "../../kernel/types";
import { change, useDesign } from "../context";
import type { Doc } from "../draft";
import { FormulaField } from "../inspector/Condition";
import { WhereUsed } from "../inspector/WhereUsed";
import { LabelInput } from "../inspector/widgets";
import { labelIn, people, type Choices } from "./fields";
import { Words } from "./Words";

const purposes = ["service", "marketing"] as const;

export function Settings({ id, message, metadata, entity, fields }: { id: string; message: Doc; metadata: Metadata; entity: Entity; fields: Choices[] }) {
  const { draft } = useDesign();
  const put = (values: { [key: string]: Json | undefined }, typing?: boolean) => change(draft, ["message", id], values, "design.step_change", typing ? `${id} ${Object.keys(values).join()}` : undefined);
  const purpose = String(message["purpose"] ?? "service") as (typeof purposes)[number];
  const person = String(message["person"] ?? "");
  const said = String(message["language"] ?? "");
  const leads = people(metadata, entity);
  const key = String(message["key"] ?? "");
  return (
    <div className="inspector message-settings">
      <div className="inspector-row"><div className="field-label">{t("messages.d_purpose")}</div><Segmented block value={purpose} onChange={(next) => put({ purpose: next === "service" ? undefined : next })} options={purposes.map((word) => ({ value: word, label: t(`messages.purpose_${word}`) }))} /><div className="help">{t(`messages.d_purpose_${purpose}_hint`)}</div></div>
      <div className="inspector-row"><div className="field-label">{t("messages.d_priority")}</div><InputNumber min={1} max={9} precision={0} value={Number(message["priority"] ?? 5)} aria-label={t("messages.d_priority")} onChange={(next) => put({ priority: next === null || next === 5 ? undefined : next }, true)} /><div className="help">{t("messages.d_priority_hint")}</div></div>
      <div className="inspector-row"><div className="field-label">{t("messages.d_person")}</div>
        {person && !labelIn(leads, person) ? <FormulaField entity={entity.name} text={person} title={t("messages.d_person")} onChange={(next) => put({ person: next || undefined })} /> : (
          <Select style={{ width: "100%" }} value={person} aria-label={t("messages.d_person")} options={[{ value: "", label: t("messages.d_person_own", { name: pick(entity.label) }) }, ...leads]} onChange={(next: string) => put({ person: next || undefined })} />
        )}
        <div className="help">{t("messages.d_person_hint")}</div>
      </div>
      <div className="inspector-row"><div className="field-label">{t("messages.d_language")}</div>
        {said && !['"zh-CN"', '"en"'].includes(said) ? <FormulaField entity={entity.name} text={said} title={t("messages.d_language")} onChange={(next) => put({ language: next || undefined })} /> : (
          <Select style={{ width: "100%" }} value={said} aria-label={t("messages.d_language")} options={[{ value: "", label: t("messages.d_language_own") }, { value: '"zh-CN"', label: t("language.zh") }, { value: '"en"', label: t("language.en") }]} onChange={(next: string) => put({ language: next || undefined })} />
        )}
      </div>
      <div className="inspector-row">
        <Words metadata={metadata} entity={entity} fields={fields} title={t("messages.d_key")} text={key} onChange={(next) => put({ key: next || undefined }, true)} />
        <div className="help">{t("messages.d_key_hint")}</div>
        {key && <div className="line"><span className="second small">{t("messages.d_days")}</span><InputNumber min={1} max={3650} precision={0} size="small" value={Number(message["days"] ?? 30)} aria-label={t("messages.d_days")} onChange={(next) => put({ days: next === null || next === 30 ? undefined : next }, true)} /></div>}
      </div>
      <div className="inspector-row"><div className="field-label">{t("messages.d_description")}</div><LabelInput long title={t("messages.d_description")} value={message["description"] as Label} onChange={(label) => put({ description: pick(label) ? (label as Json) : undefined }, true)} /></div>
      <WhereUsed kind="message" name={String(message["name"])} />
    </div>
  );
}
