/** A length of time in days, hours and minutes. */
import { InputNumber, Space } from "antd";
import { t } from "../../kernel/i18n";
import type { InputProps } from "../fields";

const parts = [["time.unit_d", 86400], ["time.unit_h", 3600], ["time.unit_m", 60]] as const;

export default function DurationInput({ id, value, onChange, disabled, invalid, autoFocus }: InputProps) {
  let rest = typeof value === "number" ? value : 0;
  const shown = parts.map(([, seconds]) => {
    const amount = Math.floor(rest / seconds);
    rest -= amount * seconds;
    return amount;
  });
  const set = (index: number, amount: number | null) => {
    const next = parts.reduce((sum, [, seconds], at) => sum + seconds * (at === index ? (amount ?? 0) : shown[at]!), 0);
    onChange(next || (value === null && amount === null ? null : next) || (amount === 0 ? 0 : null));
  };
  return (
    <Space.Compact style={{ width: "100%" }}>
      {parts.map(([key], index) => (
        <InputNumber
          key={key} id={index ? "" : (id ?? "")} min={0} precision={0} disabled={!!disabled} status={invalid ? "error" : ""} autoFocus={!!autoFocus && index === 0}
          aria-label={t(key)} suffix={<span className="third small">{t(key)}</span>} controls={false} value={value === null || value === undefined ? null : shown[index]!} onChange={(amount) => set(index, amount)}
        />
      ))}
    </Space.Compact>
  );
}
