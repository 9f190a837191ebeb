/** A moment, shown in the workspace's zone. */
import { CalendarClock } from "lucide-react";
import { instant, fullInstant } from "../../kernel/format";
import { dated, type CellProps, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { DateProps } from "../../kit/inputs/DateInput";

const Dates = later<DateProps>(() => import("../../kit/inputs/DateInput"));
const Input = (props: InputProps) => <Dates {...props} mode="datetime" />;
const Cell = ({ value }: CellProps) => (
  <span className="number cut" title={fullInstant(value as string)}>
    {instant(value as string)}
  </span>
);

export const datetime: FieldKind = {
  kind: "datetime", Icon: CalendarClock, width: 150, Cell, Show: ({ value }) => <span className="number">{fullInstant(value as string)}</span>, Input, Compact: Input, empty: null, operators: dated,
  text: (value) => fullInstant(value as string),
};
