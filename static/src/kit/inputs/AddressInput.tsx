/** Province, city and district from the list, the rest as written. */
import { Input } from "antd";
import { t } from "../../kernel/i18n";
import type { Value } from "../../kernel/types";
import type { InputProps } from "../fields";
import CascadeInput, { type Branch } from "./CascadeInput";
import regions from "./regions.json";

export interface Address {
  province?: string | null;
  city?: string | null;
  district?: string | null;
  detail?: string | null;
}

const tree: Branch[] = Object.entries(regions as Record<string, Record<string, string[]>>).map(([province, cities]) => ({
  value: province, label: province,
  children: Object.entries(cities).map(([city, districts]) => ({ value: city, label: city, children: districts.map((name) => ({ value: name, label: name })) })),
}));

export default function AddressInput({ id, value, field, onChange, disabled, invalid, autoFocus }: InputProps) {
  const now = (value && typeof value === "object" && !Array.isArray(value) ? value : {}) as Address;
  const steps = [now.province, now.city, now.district].filter((step): step is string => !!step);
  const give = (next: Address) => onChange(Object.values(next).some(Boolean) ? (next as unknown as Value) : null);
  return (
    <div style={{ display: "grid", gap: 6 }}>
      <CascadeInput
        {...(id ? { id } : {})} field={field} tree={tree} whole value={steps} disabled={!!disabled} invalid={!!invalid} autoFocus={!!autoFocus}
        onChange={(chosen) => {
          const [province = null, city = null, district = null] = Array.isArray(chosen) ? (chosen as string[]) : [];
          give({ ...now, province, city, district });
        }}
      />
      <Input value={now.detail ?? ""} disabled={disabled} placeholder={t("input.address_detail")} aria-label={t("input.address_detail")} onChange={(event) => give({ ...now, detail: event.target.value || null })} />
    </div>
  );
}
