/** A length of time. */
import { Timer } from "lucide-react";
import { duration as written } from "../../kernel/format";
import { numericOperators, type CellProps, type FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";

export const duration: FieldKind = {
  kind: "duration", Icon: Timer, width: 130, align: "end", Cell: ({ value }: CellProps) => <span className="number">{written(value as number | null)}</span>,
  Input: later(() => import("../../kit/inputs/DurationInput")), empty: null, operators: numericOperators, text: (value) => written(value as number | null),
};
