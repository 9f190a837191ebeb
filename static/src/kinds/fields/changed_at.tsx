/** When the record last changed. */
import { History } from "lucide-react";
import { fullInstant, instant } from "../../kernel/format";
import { dated, type FieldKind } from "../../kit/fields";

export const changedAt: FieldKind = {
  kind: "changed_at", Icon: History, width: 130, Cell: ({ value }) => <span className="number cut second" title={fullInstant(value as string)}>{instant(value as string)}</span>,
  Show: ({ value }) => <span className="number">{fullInstant(value as string)}</span>, empty: null, operators: dated, text: (value) => fullInstant(value as string),
};
