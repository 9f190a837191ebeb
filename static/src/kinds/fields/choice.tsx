/** One option of a list, or several where the field says so. */
import { CircleDot } from "lucide-react";
import { pick } from "../../kernel/i18n";
import { Choices, chosen, option } from "../../kit/cells";
import type { FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";

const Input = later(() => import("../../kit/inputs/OptionsInput"));

export const choice: FieldKind = {
  kind: "choice", Icon: CircleDot, width: 130, Cell: Choices, Show: (props) => <Choices {...props} wrap />, Input, Compact: Input, empty: null,
  operators: ["in", "not_in", "blank", "not_blank"],
  text: (value, field) => chosen(value).map((word) => pick(option(field, word)?.label, word)).join(", "),
  parse: (typed, field) => {
    if (typed === "") return null;
    const found = typed.split(/[,，、]/).map((word) => field.options?.find((item) => item.value === word.trim() || pick(item.label) === word.trim())?.value);
    if (found.some((word) => word === undefined)) return undefined;
    return field.multiple ? (found as string[]) : found[0]!;
  },
};
