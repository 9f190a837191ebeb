/** An address on the web; only http and https become links. */
import { Link2 } from "lucide-react";
import { asText, Text } from "../../kit/cells";
import { textual, type CellProps, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { TextProps } from "../../kit/inputs/TextInput";

const Texts = later<TextProps>(() => import("../../kit/inputs/TextInput"));
const Input = (props: InputProps) => <Texts {...props} mode="url" />;
const Show = ({ value }: CellProps) => {
  const text = asText(value);
  return /^https?:\/\//i.test(text) ? <a href={text} target="_blank" rel="noreferrer noopener">{text.replace(/^https?:\/\/(www\.)?/i, "").replace(/\/$/, "")}</a> : <span>{text}</span>;
};

export const url: FieldKind = {
  kind: "url", Icon: Link2, width: 200, Cell: Text, Show, Input, Compact: Input, empty: null, operators: textual, text: asText, parse: (typed) => typed.trim() || null,
};
