/** A person of the workspace. */
import { User } from "lucide-react";
import { asText, Who } from "../../kit/cells";
import type { FieldKind, InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import { ids } from "../../kit/attached";
import type { ReferenceProps } from "../../kit/inputs/ReferenceInput";

const Picker = later<ReferenceProps>(() => import("../../kit/inputs/ReferenceInput"));
const Input = (props: InputProps) => <Picker {...props} look="person" />;

export const user: FieldKind = { kind: "user", Icon: User, width: 130, Cell: Who, Input, Compact: Input, empty: null, operators: ["in", "is_me", "not_in", "blank", "not_blank"], text: asText, send: ids };
