/** Fields somebody else fills: drawn as their result's type, never edited. */
import type { Field, Value } from "../kernel/types";
import { fieldKind, type CellProps, type FieldKind } from "./fields";
import type { Icon } from "./icons";

/** The field as its result: its own settings, the result's type; a choice that is looked up stays one. */
export function resulting(field: Field): Field {
  if (field.type === "lookup" && field.options?.length) return { ...field, type: "choice", multiple: Boolean(field.multiple) };
  const type = field.result ?? "text";
  return { ...field, type: type === "number" ? "decimal" : ["formula", "lookup", "rollup", "measure"].includes(type) ? "text" : type };
}

/** The value as its result has it: several choices that are looked up are kept as a list in JSON. */
export function resulted(field: Field, value: Value): Value {
  if (field.type !== "lookup" || !field.multiple || typeof value !== "string") return value;
  try {
    const found = JSON.parse(value) as Value;
    return Array.isArray(found) ? found : [value];
  } catch {
    return [value];
  }
}

export function derivedKind(kind: string, Icon: Icon): FieldKind {
  const Cell = ({ value, field }: CellProps) => {
    const as = resulting(field);
    const Inner = fieldKind(as.type).Cell;
    return <Inner value={resulted(field, value)} field={as} />;
  };
  return { kind, Icon, width: 130, Cell, empty: null, operators: [], text: (value, field) => fieldKind(resulting(field).type).text(resulted(field, value), resulting(field)) };
}

/** The kind that decides alignment, operators and width: the result's for derived fields. */
export const effective = (field: Field): [FieldKind, Field] => {
  const kind = fieldKind(field.type);
  if (kind.operators.length) return [kind, field];
  const as = resulting(field);
  return [fieldKind(as.type), as];
};
