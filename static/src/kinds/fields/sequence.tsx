/** A number given by the server in order. */
import { ListOrdered } from "lucide-react";
import { asText } from "../../kit/cells";
import { textual, type FieldKind } from "../../kit/fields";

export const sequence: FieldKind = { kind: "sequence", Icon: ListOrdered, width: 130, Cell: ({ value }) => <span className="number cut second">{asText(value)}</span>, empty: null, operators: textual, text: asText };
