/** Rules records must meet: the condition as a sentence, and what people are told when one is broken. */
import { Button, Checkbox } from "antd";
import { Plus, X } from "lucide-react";
import { pick, said, t } from "../../kernel/i18n";
import type { Json, Label } from "../../kernel/types";
import { ConditionField } from "./Condition";
import { LabelInput } from "./widgets";
import { unguarded, guarded } from "./guard";

interface Validation {
  condition: string;
  message: Label;
}

interface Props {
  entity: string;
  /** The field the rules are about; rules of the whole record have none. */
  field?: { name: string; label: Label; required?: boolean } | undefined;
  value: Json | undefined;
  onChange: (value: Json | undefined, typing?: boolean) => void;
}

export function Validations({ entity, field, value, onChange }: Props) {
  const rules = (Array.isArray(value) ? value : []) as unknown as Validation[];
  const put = (next: Validation[], typing?: boolean) => onChange(next.length ? (next as unknown as Json) : undefined, typing);
  const set = (at: number, change: Partial<Validation>, typing?: boolean) => put(rules.map((rule, index) => (index === at ? { ...rule, ...change } : rule)), typing);
  return (
    <div className="inspector-row validations" role="group" aria-label={t("rules.title")}>
      <div className="field-label">{t("rules.title")}</div>
      {rules.map((rule, at) => {
        const [bare, spared] = field ? unguarded(rule.condition, field.name) : [rule.condition, false];
        return (
          <div key={at} className="validation" role="group" aria-label={t("rules.one", { number: at + 1 })}>
            <div className="line"><span className="small second grow">{t("rules.must")}</span><button type="button" className="icon-button" aria-label={t("rules.remove", { number: at + 1 })} title={t("do.remove")} onClick={() => put(rules.filter((_, index) => index !== at))}><X size={14} /></button></div>
            <ConditionField entity={entity} text={bare} title={t("rules.condition")} blank={t("inspect.condition_add")} start={field?.name} onChange={(text) => set(at, { condition: field && (spared || (!bare && !field.required)) ? guarded(text, field.name) : text })} />
            {!bare && <p className="wrong small">{t("rules.no_condition")}</p>}
            <div className="small second">{t("rules.else")}</div>
            <LabelInput title={t("rules.message")} placeholder={t("rules.message_example")} value={rule.message} onChange={(message) => set(at, { message: message ?? "" }, true)} />
            {!pick(rule.message).trim() && <p className="wrong small">{t("rules.no_message")}</p>}
            {field && !field.required && !!bare && <Checkbox checked={spared} onChange={(event) => set(at, { condition: event.target.checked ? guarded(bare, field.name) : bare })}>{t("rules.spare_blank")}</Checkbox>}
          </div>
        );
      })}
      <Button size="small" type="text" icon={<Plus size={14} />} onClick={() => put([...rules, { condition: "", message: field ? said("rules.message_first", { label: field.label }) : "" }])}>{t("rules.add")}</Button>
      {!rules.length && <div className="help">{t(field ? "rules.hint_field" : "rules.hint_entity")}</div>}
    </div>
  );
}
