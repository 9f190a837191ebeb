/** An amount in the currency of the field or the workspace. */
import { CircleDollarSign } from "lucide-react";
import { money as written, sign } from "../../kernel/format";
import { Figure } from "../../kit/cells";
import { numericOperators, type CellProps, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { NumberProps } from "../../kit/inputs/NumberInput";

const Numbers = later<NumberProps>(() => import("../../kit/inputs/NumberInput"));
const Input = (props: InputProps) => <Numbers {...props} exact digits={props.field.digits ?? 2} before={<span className="third">{sign(props.field.currency || undefined)}</span>} />;
const Cell = ({ value, field }: CellProps) => <Figure negative={Number(value) < 0}>{written(value as string, field.currency || undefined, field.digits ?? 2)}</Figure>;

export const money: FieldKind = {
  kind: "money", Icon: CircleDollarSign, width: 130, align: "end", Cell, Input, Compact: Input, empty: null, operators: numericOperators,
  text: (value, field) => written(value as string, field.currency || undefined, field.digits ?? 2),
  parse: (typed) => {
    const plain = typed.replace(/[,\s¥$€£]/g, "");
    return plain === "" ? null : /^-?\d+(\.\d+)?$/.test(plain) ? plain : undefined;
  },
};
