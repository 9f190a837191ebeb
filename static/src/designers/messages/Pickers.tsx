/** Where a message goes and what must hold for it: fields to choose from, or a condition of one's own. */
import { Select } from "antd";
import { useState } from "react";
import { t } from "../../kernel/i18n";
import type { Entity, Metadata } from "../../kernel/types";
import { ConditionDialog, ConditionField, FormulaField } from "../inspector/Condition";
import { addresses, consents, labelIn } from "./fields";

interface Props {
  metadata: Metadata;
  entity: Entity;
  value: string;
  wrong: string | undefined;
  onChange: (value: string) => void;
}

export function To({ metadata, entity, channel, value, wrong, onChange }: Props & { channel: string }) {
  const choices = addresses(metadata, entity, channel);
  const [formula, setFormula] = useState(!!value && !labelIn(choices, value));
  return (
    <div>
      <div className="field-label">{t("messages.d_to")}</div>
      {formula && (value === "" || !labelIn(choices, value)) ? (
        <FormulaField entity={entity.name} text={value} title={t("messages.d_to")} onChange={(next) => { onChange(next); if (!next) setFormula(false); }} />
      ) : (
        <Select style={{ width: "100%" }} allowClear status={wrong ? "error" : ""} value={value || undefined} placeholder={t("messages.d_to_none")} aria-label={t("messages.d_to")} showSearch={{ optionFilterProp: "label" }} notFoundContent={t("inspect.nothing")}
          options={[...choices, { label: t("messages.d_more"), options: [{ value: "=", label: t("messages.d_to_formula") }] }]} onChange={(next?: string) => (next === "=" ? (setFormula(true), onChange("")) : onChange(next ?? ""))} />
      )}
      {wrong && <div className="wrong" role="alert">{wrong}</div>}
    </div>
  );
}

export function Consent({ metadata, entity, value, wrong, onChange }: Props) {
  const choices = consents(metadata, entity);
  const [open, setOpen] = useState(false);
  const plain = !value || !!labelIn(choices, value);
  return (
    <div>
      <div className="field-label">{t("messages.d_consent")}</div>
      {plain ? (
        <Select style={{ width: "100%" }} value={value} status={wrong ? "warning" : ""} aria-label={t("messages.d_consent")} showSearch={{ optionFilterProp: "label" }}
          options={[{ value: "", label: t("messages.d_consent_none") }, ...choices.map((group) => ({ label: group.label, options: group.options.map((item) => ({ value: item.value, label: t("messages.d_consent_field", { name: item.label }) })) })), { value: "=", label: t("messages.d_consent_more") }]}
          onChange={(next: string) => (next === "=" ? setOpen(true) : onChange(next))} />
      ) : <ConditionField entity={entity.name} text={value} title={t("messages.d_consent")} blank={t("messages.d_consent_none")} onChange={onChange} />}
      {open && <ConditionDialog entity={entity.name} text="" title={t("messages.d_consent")} start={undefined} close={() => setOpen(false)} onChange={onChange} />}
      {wrong && <div className="wrong warned">{wrong}</div>}
    </div>
  );
}
