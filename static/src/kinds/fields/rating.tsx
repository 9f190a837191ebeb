/** Stars, one to five or as many as the field says. */
import { Star } from "lucide-react";
import { t } from "../../kernel/i18n";
import { numericOperators, type CellProps, type FieldKind, type InputProps } from "../../kit/fields";

const Stars = ({ value, max }: { value: number; max: number }) => (
  <span className="stars" role="img" aria-label={t("field.stars", { count: value })}>
    {Array.from({ length: max }, (_, index) => (
      <Star key={index} size={14} aria-hidden fill={index < value ? "currentColor" : "none"} opacity={index < value ? 1 : 0.35} />
    ))}
  </span>
);

const Cell = ({ value, field }: CellProps) => (value ? <Stars value={Number(value)} max={Number(field.maximum ?? 5)} /> : null);

function Input({ id, value, field, onChange, onDone, disabled }: InputProps) {
  const give = (next: number) => {
    const taken = next === value ? null : next;
    onChange(taken);
    onDone?.(taken);
  };
  return (
    <span className="stars big" id={id} role="radiogroup">
      {Array.from({ length: field.maximum ?? 5 }, (_, index) => (
        <button key={index} type="button" className="plain" role="radio" disabled={disabled} aria-checked={value === index + 1} aria-label={t("field.stars", { count: index + 1 })} onClick={() => give(index + 1)}>
          <Star size={20} aria-hidden fill={index < Number(value ?? 0) ? "currentColor" : "none"} opacity={index < Number(value ?? 0) ? 1 : 0.4} />
        </button>
      ))}
    </span>
  );
}

export const rating: FieldKind = {
  kind: "rating", Icon: Star, width: 120, Cell, Input, Compact: Input, empty: null, operators: numericOperators, text: (value) => String(value ?? ""),
  parse: (typed, field) => (typed === "" ? null : /^\d+$/.test(typed) && Number(typed) <= (field.maximum ?? 5) ? Number(typed) : undefined),
};
