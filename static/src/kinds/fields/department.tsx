/** A department of the workspace. */
import { Network } from "lucide-react";
import { asText, Text } from "../../kit/cells";
import { referring, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import { ids } from "../../kit/attached";
import type { ReferenceProps } from "../../kit/inputs/ReferenceInput";

const Picker = later<ReferenceProps>(() => import("../../kit/inputs/ReferenceInput"));
const Input = (props: InputProps) => <Picker {...props} look="department" />;

export const department: FieldKind = { kind: "department", Icon: Network, width: 140, Cell: Text, Input, Compact: Input, empty: null, operators: referring, text: asText, send: ids };
