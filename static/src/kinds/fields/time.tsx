/** A time of day. */
import { Clock } from "lucide-react";
import { asText } from "../../kit/cells";
import { numericOperators, type CellProps, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { DateProps } from "../../kit/inputs/DateInput";

const Dates = later<DateProps>(() => import("../../kit/inputs/DateInput"));
const Input = (props: InputProps) => <Dates {...props} mode="time" />;

export const time: FieldKind = {
  kind: "time", Icon: Clock, width: 90, Cell: ({ value }: CellProps) => <span className="number">{asText(value).slice(0, 5)}</span>, Input, Compact: Input, empty: null, operators: numericOperators,
  text: (value) => asText(value).slice(0, 5), parse: (typed) => (typed === "" ? null : /^\d{1,2}:\d{2}/.test(typed) ? typed.slice(0, 5).padStart(5, "0") : undefined),
};
