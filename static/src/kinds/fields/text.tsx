/** A line of text. */
import { Type } from "lucide-react";
import { asText, Text } from "../../kit/cells";
import { textual, type FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";

const Input = later(() => import("../../kit/inputs/TextInput"));

export const text: FieldKind = {
  kind: "text", Icon: Type, width: 180, Cell: Text, Input, Compact: Input, empty: null, operators: textual, text: asText, parse: (typed) => typed || null,
};
