/** What a new record begins with: fixed defaults, and those worked out from now, today and who one is. */
import { evaluate } from "../../kernel/expressions";
import type { Context } from "../../kernel/holds";
import { derived } from "../../kernel/metadata";
import type { Entity, Expression, Field, Person, Value, Values } from "../../kernel/types";
import { isBlank } from "../../kit/fields";

export const initialOf = (field: Field): Expression | null => (field["initial"] && typeof field["initial"] === "object" ? (field["initial"] as Expression) : null);

/** The entity as whoever makes a record of it sees it: what may be said only then is open. */
export const making = (entity: Entity): Entity => (entity.fields.some((field) => field.given) ? { ...entity, fields: entity.fields.map((field) => (field.given ? { ...field, access: "write" } : field)) } : entity);

/** A field the server fills in by itself need not be filled in here. */
export const leftToServer = (field: Field) => !!initialOf(field);

function worked(field: Field, values: Values, context: Context, person: Person | null): Value | undefined {
  const written = initialOf(field);
  if (!written?.ast) return undefined;
  let found: unknown;
  try {
    found = evaluate(written.ast, values, context);
  } catch {
    return undefined;
  }
  if (found === null || found === undefined) return undefined;
  if (field.type === "user") return person && Number(found) === person.id ? { id: person.id, label: person.name } : undefined;
  if (field.type === "department") return person?.department && Number(found) === person.department.id ? { ...person.department } : undefined;
  // a record known only by its number can't be shown; the server fills it in when the form is sent
  if (field.type === "reference") return undefined;
  return found as Value;
}

export function beginning(entity: Entity, context: Context, person: Person | null, given: Values): Values {
  const values: Values = {};
  const open = entity.fields.filter((field) => field.access === "write" && !derived(field));
  for (const field of open) if (field.default !== undefined && field.default !== null) values[field.name] = field.default;
  for (const field of open) {
    const found = isBlank(values[field.name]) ? worked(field, values, context, person) : undefined;
    if (found !== undefined) values[field.name] = found;
  }
  return { ...values, ...given };
}
