/** One or several of a list of options, each in its colour. */
import { Select } from "antd";
import { pick, t } from "../../kernel/i18n";
import type { Option, Value } from "../../kernel/types";
import type { InputProps } from "../fields";
import { Tag } from "../parts";

export type OptionsProps = InputProps & { several?: boolean };

export default function OptionsInput({ id, value, field, onChange, onDone, disabled, invalid, autoFocus, bare, several }: OptionsProps) {
  const options = (field.options ?? []).filter((option) => option.active !== false || holdsValue(value, option));
  const many = several ?? field.multiple;
  return (
    <Select
      id={id ?? ""}
      mode={many ? "multiple" : undefined}
      value={(value ?? (many ? [] : undefined)) as never}
      disabled={!!disabled}
      autoFocus={!!autoFocus}
      defaultOpen={!!bare && !!autoFocus}
      status={invalid ? "error" : ""}
      variant={bare ? "borderless" : "outlined"}
      allowClear={!field.required}
      showSearch={options.length > 7 ? { optionFilterProp: "search" } : false}
      popupMatchSelectWidth={bare ? 180 : true}
      style={{ width: "100%" }}
      placeholder={bare ? undefined : t("input.choose")}
      options={options.map((option) => ({ value: option.value, search: pick(option.label), label: <Tag color={option.color}>{pick(option.label)}</Tag> }))}
      tagRender={({ value: chosen, closable, onClose }) => {
        const option = options.find((item) => item.value === chosen);
        return (
          <span style={{ marginInlineEnd: 4, display: "inline-flex" }}>
            <Tag color={option?.color}>
              {pick(option?.label, String(chosen))}
              {closable && (
                <button type="button" className="plain" style={{ marginInlineStart: 4, opacity: 0.6 }} aria-label={t("do.remove")} onMouseDown={(event) => event.preventDefault()} onClick={onClose}>
                  ×
                </button>
              )}
            </Tag>
          </span>
        );
      }}
      onChange={(next: Value) => {
        const taken = next === undefined || (Array.isArray(next) && !next.length) ? null : next;
        onChange(taken);
        if (!many) onDone?.(taken);
      }}
    />
  );
}

const holdsValue = (value: Value, option: Option) => (Array.isArray(value) ? value.includes(option.value) : value === option.value);
