/** Who last changed the record. */
import { UserPen } from "lucide-react";
import { asText, Who } from "../../kit/cells";
import type { FieldKind } from "../../kit/fields";

export const changedBy: FieldKind = { kind: "changed_by", Icon: UserPen, width: 130, Cell: Who, empty: null, operators: ["in", "is_me", "not_in"], text: asText };
