/** An exact number with a fixed count of decimals. */
import { Calculator } from "lucide-react";
import { number } from "../../kernel/format";
import { pick } from "../../kernel/i18n";
import type { Field } from "../../kernel/types";
import { Figure } from "../../kit/cells";
import { numericOperators, type CellProps, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { NumberProps } from "../../kit/inputs/NumberInput";

const Numbers = later<NumberProps>(() => import("../../kit/inputs/NumberInput"));
const Input = (props: InputProps) => <Numbers {...props} exact digits={props.field.digits} after={pick(props.field.unit) || undefined} />;
/** The digits that are shown: all of them, or none of the zeros at the end. */
const places = (value: unknown, field: Field) => (field["trim"] ? (String(value ?? "").split(".")[1] ?? "").replace(/0+$/, "").length : field.digits);
const Cell = ({ value, field }: CellProps) => (
  <Figure negative={Number(value) < 0}>
    {number(value as string, places(value, field))}
    {value !== null && pick(field.unit) ? <span className="third"> {pick(field.unit)}</span> : null}
  </Figure>
);

export const decimal: FieldKind = {
  kind: "decimal", Icon: Calculator, width: 120, align: "end", Cell, Input, Compact: Input, empty: null, operators: numericOperators,
  text: (value, field) => number(value as string, places(value, field)),
  parse: (typed) => {
    const plain = typed.replace(/[,\s]/g, "");
    return plain === "" ? null : /^-?\d+(\.\d+)?$/.test(plain) ? plain : undefined;
  },
};
