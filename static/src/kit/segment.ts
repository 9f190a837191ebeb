/** Being in a segment, as a field that filters know; no record has it. */
import { Boxes } from "lucide-react";
import { createElement } from "react";
import { pick } from "../kernel/i18n";
import { Choices, chosen, option } from "./cells";
import type { FieldKind } from "./fields";
import { later } from "./later";

export const segment: FieldKind = {
  kind: "segment", Icon: Boxes, width: 130, Cell: (props) => createElement(Choices, props), Input: later(() => import("./inputs/OptionsInput")), empty: null,
  operators: ["in", "not_in"],
  text: (value, field) => chosen(value).map((word) => pick(option(field, word)?.label, word)).join(", "),
};
