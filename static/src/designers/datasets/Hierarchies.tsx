/** The ways a figure is drilled down: dimensions from coarse to fine. */
import { Button, Select } from "antd";
import { Plus, X } from "lucide-react";
import { pick, t } from "../../kernel/i18n";
import type { Label } from "../../kernel/types";
import { free } from "../shape";
import type { Dimension } from "./facts";

interface Hierarchy {
  name: string;
  label: Label;
  dimensions: string[];
}

export function Hierarchies({ value, dimensions, onChange }: { value: Hierarchy[]; dimensions: Dimension[]; onChange: (value: Hierarchy[]) => void }) {
  const options = dimensions.map((item) => ({ value: item.name, label: pick(item.label) }));
  const label = (names: string[]) => names.map((name) => pick(dimensions.find((item) => item.name === name)?.label, name)).join(" → ");
  return (
    <div className="inspector-row">
      <div className="field-label">{t("facts.hierarchies")}</div>
      {value.map((item, at) => (
        <div key={item.name} className="line" style={{ gap: 6, marginBottom: 6 }}>
          <Select mode="multiple" value={item.dimensions} options={options} aria-label={t("facts.hierarchies")} style={{ flex: 1, minWidth: 0 }} onChange={(next: string[]) => onChange(value.map((one, index) => (index === at ? { ...one, dimensions: next, label: label(next) } : one)))} />
          <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => onChange(value.filter((_, index) => index !== at))}><X size={14} /></button>
        </div>
      ))}
      <Button size="small" type="dashed" icon={<Plus size={13} />} onClick={() => onChange([...value, { name: free(value.map((item) => item.name), "way"), label: "", dimensions: [] }])}>{t("facts.hierarchy_add")}</Button>
      <div className="help">{t("facts.hierarchies_hint")}</div>
    </div>
  );
}
