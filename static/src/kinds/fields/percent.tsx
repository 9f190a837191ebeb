/** A share: 0.125 is kept, 12.5 % is shown and typed. */
import { Percent } from "lucide-react";
import { percent as written, shift } from "../../kernel/format";
import type { Value } from "../../kernel/types";
import { numericOperators, type CellProps, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { NumberProps } from "../../kit/inputs/NumberInput";

const Numbers = later<NumberProps>(() => import("../../kit/inputs/NumberInput"));
const up = (value: Value): Value => (value === null || value === undefined || value === "" ? null : shift(String(value), 2));
const down = (value: Value): Value => (value === null || value === "" ? null : shift(String(value), -2));

function Input({ value, onChange, onDone, ...rest }: InputProps) {
  return (
    <Numbers
      {...rest} value={up(value)} onChange={(next) => onChange(down(next))} onDone={onDone && ((next) => onDone(down(next)))} exact digits={rest.field.digits ?? 2} after={<span className="third">%</span>}
    />
  );
}

function Cell({ value }: CellProps) {
  if (value === null || value === undefined) return null;
  return (
    <span className="share">
      <span className="share-bar" aria-hidden>
        <span style={{ width: `${Math.max(0, Math.min(100, Number(value) * 100))}%` }} />
      </span>
      <span className="number">{written(value as string)}</span>
    </span>
  );
}

export const percent: FieldKind = {
  kind: "percent", Icon: Percent, width: 130, align: "end", Cell, Show: ({ value }) => <span className="number">{written(value as string)}</span>,
  Input, Compact: Input, empty: null, operators: numericOperators, text: (value) => written(value as string),
  parse: (typed) => {
    const plain = typed.replace(/[,\s%]/g, "");
    return plain === "" ? null : /^-?\d+(\.\d+)?$/.test(plain) ? shift(plain, -2) : undefined;
  },
};
