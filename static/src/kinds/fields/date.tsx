/** A day. */
import { CalendarDays } from "lucide-react";
import { date, fullDate } from "../../kernel/format";
import { dated, type CellProps, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { DateProps } from "../../kit/inputs/DateInput";

const Dates = later<DateProps>(() => import("../../kit/inputs/DateInput"));
const Input = (props: InputProps) => <Dates {...props} mode="date" />;
const Cell = ({ value }: CellProps) => (
  <span className="number cut" title={fullDate(value as string)}>
    {date(value as string)}
  </span>
);

export const dateKind: FieldKind = {
  kind: "date", Icon: CalendarDays, width: 120, Cell, Show: ({ value }) => <span className="number">{fullDate(value as string)}</span>, Input, Compact: Input, empty: null, operators: dated,
  text: (value) => fullDate(value as string),
  parse: (typed) => {
    if (typed === "") return null;
    const found = /^(\d{4})\D(\d{1,2})\D(\d{1,2})\D?$/.exec(typed.trim());
    return found ? `${found[1]}-${found[2]!.padStart(2, "0")}-${found[3]!.padStart(2, "0")}` : undefined;
  },
};
