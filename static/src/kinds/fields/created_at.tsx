/** When the record was made. */
import { CalendarPlus } from "lucide-react";
import { fullInstant, instant } from "../../kernel/format";
import { dated, type FieldKind } from "../../kit/fields";

export const createdAt: FieldKind = {
  kind: "created_at", Icon: CalendarPlus, width: 130, Cell: ({ value }) => <span className="number cut second" title={fullInstant(value as string)}>{instant(value as string)}</span>,
  Show: ({ value }) => <span className="number">{fullInstant(value as string)}</span>, empty: null, operators: dated, text: (value) => fullInstant(value as string),
};
