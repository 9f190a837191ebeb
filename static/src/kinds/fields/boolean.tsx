/** Yes or no. */
import { Check, ToggleLeft } from "lucide-react";
import { pick, t } from "../../kernel/i18n";
import type { CellProps, FieldKind, InputProps } from "../../kit/fields";

const Cell = ({ value }: CellProps) =>
  value === true ? (
    <span className="yes" title={t("field.yes")}>
      <Check size={13} strokeWidth={3} aria-label={t("field.yes")} />
    </span>
  ) : value === false ? (
    <span className="third" aria-label={t("field.no")}>–</span>
  ) : null;

function Input({ id, value, field, onChange, onDone, disabled, autoFocus }: InputProps) {
  const flip = () => {
    onChange(value !== true);
    onDone?.(value !== true);
  };
  return <button id={id} type="button" role="switch" aria-checked={value === true} disabled={disabled} autoFocus={autoFocus} className="switch" aria-label={pick(field.label)} onClick={flip} />;
}

export const boolean: FieldKind = {
  kind: "boolean", Icon: ToggleLeft, width: 90, Cell, Input, Compact: Input, empty: null, operators: ["yes", "no"],
  text: (value) => (value === true ? t("field.yes") : value === false ? t("field.no") : ""),
  parse: (typed) => (typed === "" ? null : [t("field.yes").toLowerCase(), "1", "true", "yes", "y"].includes(typed.toLowerCase())),
};
