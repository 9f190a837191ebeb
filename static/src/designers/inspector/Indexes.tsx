/** How quickly records are found: fields that are looked up together, and whether the same values may stand twice. */
import { Select, Switch } from "antd";
import { Plus, X } from "lucide-react";
import { pick, t } from "../../kernel/i18n";
import type { Field, Json } from "../../kernel/types";
import { free } from "../shape";

interface Index {
  id: string;
  fields: string[];
  unique?: boolean;
}

const unheld = new Set(["lines", "rich_text", "file", "image", "signature", "location", "address"]);

/** What can be looked up: what a column holds. */
export const indexable = (field: Field): boolean => !unheld.has(field.type) && !(field.multiple && ["reference", "choice", "user", "department"].includes(field.type));

export function Indexes({ fields, value, onChange }: { fields: Field[]; value: Json | undefined; onChange: (value: Json | undefined) => void }) {
  const indexes = (Array.isArray(value) ? value : []) as unknown as Index[];
  const put = (next: Index[]) => onChange(next.length ? (next as unknown as Json) : undefined);
  const set = (at: number, change: Partial<Index>) => put(indexes.map((item, index) => (index === at ? { ...item, ...change } : item)));
  const labels = (names: string[]) => names.map((name) => pick(fields.find((field) => field.name === name)?.label, name)).join(t("say.list"));
  const alone = fields.filter((field) => field["unique"] === true || field["indexed"] === true);
  const options = fields.filter(indexable).map((field) => ({ value: field.name, label: pick(field.label, field.name) }));
  return (
    <div className="inspector-row validations" role="group" aria-label={t("index.title")}>
      <div className="field-label">{t("index.title")}</div>
      {alone.length > 0 && <div className="help">{t("index.alone", { list: labels(alone.map((field) => field.name)) })}</div>}
      {indexes.map((item, at) => (
        <div key={item.id} className="validation" role="group" aria-label={t("index.one", { number: at + 1 })}>
          <div className="line"><span className="small second grow">{item.fields.length ? t(item.unique ? "index.says_unique" : "index.says", { list: labels(item.fields) }) : t("index.choose")}</span><button type="button" className="icon-button" aria-label={t("index.remove", { number: at + 1 })} title={t("do.remove")} onClick={() => put(indexes.filter((_, index) => index !== at))}><X size={14} /></button></div>
          <Select mode="multiple" value={item.fields} aria-label={t("index.fields")} placeholder={t("index.choose")} style={{ width: "100%" }} options={options} showSearch={{ optionFilterProp: "label" }} onChange={(names: string[]) => names.length && set(at, { fields: names })} />
          {item.fields.length === 1 && <div className="help">{t("index.single")}</div>}
          <label className="inspector-switch"><span className="grow">{t("index.unique")}</span><Switch size="small" checked={!!item.unique} aria-label={t("index.unique")} onChange={(on) => set(at, { unique: on })} /></label>
        </div>
      ))}
      <Select<string[]> mode="multiple" value={[]} style={{ width: "100%" }} suffixIcon={<Plus size={14} />} placeholder={t("index.add")} aria-label={t("index.add")} options={options} showSearch={{ optionFilterProp: "label" }} onChange={(names) => names[0] && put([...indexes, { id: free(indexes.map((item) => item.id), `by_${names[0]}`.slice(0, 26)), fields: names }])} />
      <div className="help">{t("index.hint")}</div>
    </div>
  );
}
