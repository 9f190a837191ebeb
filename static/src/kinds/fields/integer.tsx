/** A whole number. */
import { Hash } from "lucide-react";
import { number } from "../../kernel/format";
import { pick } from "../../kernel/i18n";
import { Figure } from "../../kit/cells";
import { numericOperators, type CellProps, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { NumberProps } from "../../kit/inputs/NumberInput";

const Numbers = later<NumberProps>(() => import("../../kit/inputs/NumberInput"));
const Input = (props: InputProps) => <Numbers {...props} digits={0} after={pick(props.field.unit) || undefined} />;
const Cell = ({ value, field }: CellProps) => (
  <Figure negative={Number(value) < 0}>
    {number(value as number)}
    {value !== null && pick(field.unit) ? <span className="third"> {pick(field.unit)}</span> : null}
  </Figure>
);

export const integer: FieldKind = {
  kind: "integer", Icon: Hash, width: 110, align: "end", Cell, Input, Compact: Input, empty: null, operators: numericOperators,
  text: (value) => number(value as number),
  parse: (typed) => {
    const plain = typed.replace(/[,\s]/g, "");
    return plain === "" ? null : /^-?\d+$/.test(plain) ? Number(plain) : undefined;
  },
};
