/** Where a column may go: the fields of an entity, a reference by what it is known by, and the fields of one sub-table. */
import { pick, t } from "../../kernel/i18n";
import { derived, entityOf, target } from "../../kernel/metadata";
import type { Entity, Field, Metadata } from "../../kernel/types";

export interface Goal {
  path: string;
  label: string;
  field: Field;
  /** The field of the record itself, or of a line. */
  first: string;
  inner: string;
  reference: boolean;
}

const files = new Set(["file", "image", "signature"]);
const known: Record<string, string[]> = { user: ["name", "login", "email"], department: ["name", "code"] };

function keys(metadata: Metadata, field: Field): { name: string; label: string }[] {
  if (known[field.type]) return known[field.type]!.map((name) => ({ name, label: t(`import.by_${name}`) }));
  const other = entityOf(metadata, target(field) ?? "");
  if (!other) return [];
  const found = other.fields.filter((item) => item["unique"] === true || item.type === "sequence" || item.name === other.title);
  return found.map((item) => ({ name: item.name, label: pick(item.label) }));
}

/** Why no column can go into a field, as the key of a sentence; "" where one can. */
function why(field: Field): string {
  if (derived(field)) return "import.no_computed";
  if (files.has(field.type)) return "import.no_files";
  return field.targets?.length ? "import.no_any" : "";
}

/** The fields that take no column, each with the reason. */
export function refused(entity: Entity): { label: string; reason: string }[] {
  return entity.fields.flatMap((field) => {
    const reason = field.access === "write" || derived(field) ? why(field) : "";
    return reason ? [{ label: pick(field.label), reason: t(reason) }] : [];
  });
}

function of(metadata: Metadata, field: Field, before: { path: string; label: string; name: string }): Goal[] {
  if (field.access !== "write" || why(field)) return [];
  const base = { first: before.name || field.name, inner: before.name ? field.name : "" };
  if (["reference", "user", "department"].includes(field.type))
    return keys(metadata, field).map((key) => ({ ...base, path: `${before.path}${field.name}.${key.name}`, label: `${before.label}${pick(field.label)} · ${key.label}`, field, reference: true }));
  return [{ ...base, path: `${before.path}${field.name}`, label: `${before.label}${pick(field.label)}`, field, reference: false }];
}

export function goalsOf(metadata: Metadata, entity: Entity): Goal[] {
  const own = entity.fields.filter((field) => field.type !== "lines").flatMap((field) => of(metadata, field, { path: "", label: "", name: "" }));
  const rows = entity.fields.filter((field) => field.type === "lines" && field.access === "write").flatMap((lines) => (lines.fields ?? []).filter((field) => field.name !== lines.parent).flatMap((field) => of(metadata, field, { path: `${lines.name}.`, label: `${pick(lines.label)} / `, name: lines.name })));
  return [...own, ...rows];
}
