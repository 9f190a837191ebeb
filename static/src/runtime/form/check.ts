/** What the browser can say about a form before it is sent; the server checks all of it again. */
import { t } from "../../kernel/i18n";
import { derived } from "../../kernel/metadata";
import type { Component, Entity, Field, Issue, Values } from "../../kernel/types";
import { isBlank } from "../../kit/fields";
import { blankRow } from "../view/save";

const shapes: Record<string, RegExp> = {
  email: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
  url: /^https?:\/\/\S+$/i,
};

const issue = (code: string, path: Issue["path"], values: Record<string, unknown> = {}): Issue => ({ code, path, severity: "error", message: t(`check.${code}`, values) });

export function check(entity: Entity, shown: readonly string[], values: Values, needed: (field: Field) => boolean): Issue[] {
  return shown.flatMap((name) => {
    const field = entity.fields.find((item) => item.name === name);
    if (!field || field.access !== "write" || derived(field)) return [];
    return one(field, values, [name], needed(field));
  });
}

function one(field: Field, values: Values, path: Issue["path"], needed: boolean): Issue[] {
  const value = values[field.name] ?? null;
  if (isBlank(value)) return needed ? [issue(field.type === "lines" ? "no_lines" : "required", path)] : [];
  if (field.type === "lines" && Array.isArray(value))
    return value.flatMap((row, index) => blankRow(row as Values) ? [] : (field.fields ?? []).filter((item) => item.access === "write" && !derived(item)).flatMap((item) => one(item, row as Values, [...path, index, item.name], !!item.required)));
  const shape = shapes[field.type];
  if (shape && !shape.test(String(value))) return [issue(field.type, path)];
  if (typeof field.minimum === "number" && field.type !== "percent" && Number(value) < field.minimum) return [issue("too_small", path, { limit: field.minimum })];
  if (typeof field.maximum === "number" && field.type !== "percent" && Number(value) > field.maximum) return [issue("too_large", path, { limit: field.maximum })];
  return [];
}

/** A label for the path of an issue that no shown field takes. */
export const nameOf = (components: readonly Component[], field: string): Component | undefined => {
  for (const item of components) {
    if (item.field === field) return item;
    const below = nameOf(item.components ?? [], field);
    if (below) return below;
  }
  return undefined;
};
