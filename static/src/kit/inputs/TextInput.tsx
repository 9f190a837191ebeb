/** Text on one line or many, finished by Enter or by leaving it. */
import { Input } from "antd";
import type { Field } from "../../kernel/types";
import type { InputProps } from "../fields";

export type TextProps = InputProps & { lines?: boolean; mode?: "text" | "tel" | "email" | "url"; placeholder?: string };

const longest = (field: Field) => (typeof field.limit === "number" && field.limit > 0 ? field.limit : undefined);

export default function TextInput({ id, value, field, onChange, onDone, disabled, invalid, autoFocus, bare, lines, mode, placeholder }: TextProps) {
  const text = typeof value === "string" || typeof value === "number" ? String(value) : "";
  const shared = {
    id, value: text, disabled, autoFocus, placeholder, maxLength: longest(field), className: bare ? "bare" : "",
    status: invalid ? ("error" as const) : ("" as const),
    "aria-invalid": invalid || undefined,
  };
  if (lines)
    return (
      <Input.TextArea
        {...shared}
        autoSize={{ minRows: 3, maxRows: 14 }}
        onChange={(event) => onChange(event.target.value || null)}
        onKeyDown={(event) => (event.metaKey || event.ctrlKey) && event.key === "Enter" && onDone?.(text || null)}
      />
    );
  return (
    <Input
      {...shared}
      inputMode={mode}
      type={mode === "email" || mode === "tel" || mode === "url" ? mode : "text"}
      variant={bare ? "borderless" : "outlined"}
      onChange={(event) => onChange(event.target.value || null)}
      onPressEnter={(event) => !event.nativeEvent.isComposing && onDone?.(text || null)}
    />
  );
}
