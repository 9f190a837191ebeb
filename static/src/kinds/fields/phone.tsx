/** A phone number, called with one tap. */
import { Phone } from "lucide-react";
import { phone as written } from "../../kernel/format";
import { asText } from "../../kit/cells";
import { textual, type CellProps, type FieldKind, type InputProps } from "../../kit/fields";
import { later } from "../../kit/later";
import type { TextProps } from "../../kit/inputs/TextInput";

const Texts = later<TextProps>(() => import("../../kit/inputs/TextInput"));
const Input = (props: InputProps) => <Texts {...props} mode="tel" />;
const Show = ({ value }: CellProps) => (value ? <a className="number" href={`tel:${String(value)}`}>{written(String(value))}</a> : null);

export const phone: FieldKind = {
  kind: "phone", Icon: Phone, width: 140, Cell: ({ value }) => <span className="number cut">{written(asText(value))}</span>, Show, Input, Compact: Input, empty: null, operators: textual,
  text: (value) => asText(value), parse: (typed) => typed.replace(/\s/g, "") || null,
};
