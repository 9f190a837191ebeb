/** The number of an identity card. */
import { IdCard } from "lucide-react";
import { asText } from "../../kit/cells";
import { textual, type CellProps, type FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";

const Input = later(() => import("../../kit/inputs/TextInput"));
const Cell = ({ value }: CellProps) => <span className="number cut">{asText(value)}</span>;

export const idCard: FieldKind = { kind: "id_card", Icon: IdCard, width: 190, Cell, Input, Compact: Input, empty: null, operators: textual, text: asText, parse: (typed) => typed.trim().toUpperCase() || null };
