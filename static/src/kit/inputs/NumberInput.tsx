/** A number with grouping; exact kinds keep their digits as text. */
import { InputNumber } from "antd";
import type { ReactNode } from "react";
import type { InputProps } from "../fields";

export type NumberProps = InputProps & { exact?: boolean; digits?: number | undefined; before?: ReactNode; after?: ReactNode; step?: number };

export default function NumberInput({ id, value, field, onChange, onDone, disabled, invalid, autoFocus, bare, exact, digits, before, after, step }: NumberProps) {
  const take = (next: string | number | null) => (next === null || next === "" ? null : exact ? String(next) : Number(next));
  return (
    <InputNumber<string | number>
      {...(id ? { id } : {})}
      value={(value as string | number | null) ?? null}
      stringMode={!!exact}
      precision={digits}
      disabled={disabled}
      autoFocus={!!autoFocus}
      keyboard
      controls={!bare}
      {...(step ? { step } : {})}
      {...(typeof field.minimum === "number" ? { min: Number(field.minimum) } : {})}
      {...(typeof field.maximum === "number" && field.type !== "percent" ? { max: Number(field.maximum) } : {})}
      status={invalid ? "error" : ""}
      variant={bare ? "borderless" : "outlined"}
      prefix={before}
      suffix={after}
      style={{ width: "100%" }}
      formatter={(shown, { userTyping }) => (userTyping ? String(shown ?? "") : group(String(shown ?? "")))}
      parser={(typed) => (typed ?? "").replace(/[,\s，]/g, "")}
      onChange={(next) => onChange(take(next))}
      onPressEnter={(event) => onDone?.(take((event.target as HTMLInputElement).value.replace(/[,\s，]/g, "")))}
    />
  );
}

function group(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
