/** An e-mail address. */
import { AtSign } from "lucide-react";
import { asText, Text } from "../../kit/cells";
import { textual, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { TextProps } from "../../kit/inputs/TextInput";

const Texts = later<TextProps>(() => import("../../kit/inputs/TextInput"));
const Input = (props: InputProps) => <Texts {...props} mode="email" />;

export const email: FieldKind = {
  kind: "email", Icon: AtSign, width: 200, Cell: Text, Show: ({ value }) => (value ? <a href={`mailto:${String(value)}`}>{String(value)}</a> : null), Input, Compact: Input, empty: null, operators: textual,
  text: asText, parse: (typed) => typed.trim() || null,
};
