/** Rows shown by their measures: a line for each clause, or the formula where clauses have no words for it. */
import { Button, Input, InputNumber, Segmented, Select } from "antd";
import { Plus, X } from "lucide-react";
import { useState } from "react";
import { pick, t } from "../../kernel/i18n";
import type { Label } from "../../kernel/types";
import { moved, readHaving, signs, writeHaving, type Clause, type Having } from "./having";

interface Known {
  name: string;
  label: Label;
  format?: string;
}

const hundreds = 2;

export function HavingField({ text, measures, chosen, onChange }: { text: string; measures: readonly Known[]; chosen: readonly string[]; onChange: (text: string) => void }) {
  // a clause that has no value yet is in nobody's text
  const [open, setOpen] = useState<Having | null>(null);
  const read = readHaving(text);
  if (!read) return <Formula key={text} text={text} measures={measures} onChange={onChange} />;
  const now = open && writeHaving(open) === writeHaving(read) ? open : read;
  const put = (next: Having) => {
    setOpen(next);
    if (writeHaving(next) !== text) onChange(writeHaving(next));
  };
  const change = (at: number, values: Partial<Clause>) => put({ ...now, clauses: now.clauses.map((clause, index) => (index === at ? { ...clause, ...values } : clause)) });
  const first = chosen[0] ?? measures[0]?.name ?? "";
  return (
    <div className="having">
      {now.clauses.length > 1 && <Segmented<Having["join"]> size="small" value={now.join} onChange={(join) => put({ ...now, join })} options={[{ value: "AND", label: t("reports.having_all") }, { value: "OR", label: t("reports.having_any") }]} />}
      {now.clauses.map((clause, at) => {
        const share = measures.find((item) => item.name === clause.measure)?.format === "percent";
        return (
          <div key={at} className="having-clause">
            <Select size="small" value={clause.measure} aria-label={t("reports.shelf_measures")} options={measures.map((item) => ({ value: item.name, label: pick(item.label) }))} showSearch={{ optionFilterProp: "label" }} popupMatchSelectWidth={false} onChange={(measure) => change(at, { measure })} />
            <Select size="small" value={clause.sign} aria-label={t("reports.having_sign")} options={signs.map((sign, index) => ({ value: sign, label: t(`reports.having_sign_${index + 1}`) }))} popupMatchSelectWidth={false} onChange={(sign) => change(at, { sign })} />
            <InputNumber<string> size="small" stringMode controls={false} value={(share ? moved(clause.value, hundreds) : clause.value) || null} suffix={share ? "%" : undefined} aria-label={t("reports.having_value")} onChange={(value) => change(at, { value: value === null ? "" : moved(String(value), share ? -hundreds : 0) })} />
            <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => put({ ...now, clauses: now.clauses.filter((_, index) => index !== at) })}><X size={13} /></button>
          </div>
        );
      })}
      {first && <Button size="small" type="text" icon={<Plus size={13} />} onClick={() => put({ ...now, clauses: [...now.clauses, { measure: first, sign: ">", value: "" }] })}>{t("reports.having_add")}</Button>}
    </div>
  );
}

/** As a formula with the measures' labels in braces; kept are their names. */
function Formula({ text, measures, onChange }: { text: string; measures: readonly Known[]; onChange: (text: string) => void }) {
  const shown = text.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
    const label = pick(measures.find((item) => item.name === name.trim())?.label);
    return label ? `{${label}}` : whole;
  });
  const [typed, setTyped] = useState(shown);
  const keep = () => onChange(typed.replace(/[{｛]([^{}｛｝]*)[}｝]/g, (_, label: string) => `{${measures.find((item) => pick(item.label) === label.trim())?.name ?? label.trim()}}`).trim());
  return <Input.TextArea autoSize value={typed} aria-label={t("reports.having")} onChange={(event) => setTyped(event.target.value)} onBlur={keep} />;
}
