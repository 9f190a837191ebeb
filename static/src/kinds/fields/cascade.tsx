/** One option out of a tree. */
import { ListTree } from "lucide-react";
import { pick } from "../../kernel/i18n";
import type { Field, Option, Value } from "../../kernel/types";
import type { FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";

function labels(options: Option[], value: string): string[] | null {
  for (const item of options) {
    if (item.value === value) return [pick(item.label, value)];
    const below = labels(item.children ?? [], value);
    if (below) return [pick(item.label), ...below];
  }
  return null;
}

const written = (value: Value, field: Field) => {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return last === null || last === undefined ? "" : (labels(field.options ?? [], String(last)) ?? [String(last)]).join(" / ");
};

const Input = later(() => import("../../kit/inputs/CascadeInput"));

export const cascade: FieldKind = {
  kind: "cascade", Icon: ListTree, width: 170, Cell: ({ value, field }) => <span className="cut">{written(value, field)}</span>, Input, Compact: Input, empty: null,
  operators: ["=", "<>", "blank", "not_blank"], text: written,
};
