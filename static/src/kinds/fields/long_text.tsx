/** Text of several lines. */
import { AlignLeft } from "lucide-react";
import { asText, Text } from "../../kit/cells";
import { textual, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { TextProps } from "../../kit/inputs/TextInput";

const Lines = later<TextProps>(() => import("../../kit/inputs/TextInput"));
const Input = (props: InputProps) => <Lines {...props} lines />;
const Compact = (props: InputProps) => <Lines {...props} />;

export const longText: FieldKind = {
  kind: "long_text", Icon: AlignLeft, width: 240, Cell: Text, Show: ({ value }) => <span style={{ whiteSpace: "pre-wrap" }}>{asText(value)}</span>,
  Input, Compact, empty: null, operators: textual, text: asText, parse: (typed) => typed || null,
};
