/** Who made the record. */
import { UserPlus } from "lucide-react";
import { asText, Who } from "../../kit/cells";
import type { FieldKind } from "../../kit/fields";

export const createdBy: FieldKind = { kind: "created_by", Icon: UserPlus, width: 130, Cell: Who, empty: null, operators: ["in", "is_me", "not_in"], text: asText };
