/** How one person has laid out a view: widths, order, hidden columns, saved filters; kept with the person. */
import { useCallback, useMemo } from "react";
import type { Group } from "../../kernel/condition";
import { field as fieldAt } from "../../kernel/metadata";
import type { Entity, Field, Json, Label, Metadata, Sort, ViewDefinition } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import { usePreference } from "../preferences";

export interface Layout {
  order: string[];
  hidden: string[];
  shown: string[];
  widths: Record<string, number>;
  saved: { name: string; filter: Group; sorts: Sort[] }[];
}

export interface Column {
  name: string;
  label: Label;
  field: Field;
  width: number;
}

const blank: Layout = { order: [], hidden: [], shown: [], widths: {}, saved: [] };

export function useLayout(app: string, view: string): [Layout, (next: Partial<Layout>) => void] {
  const [found, set] = usePreference(`layout:${app}.${view}`, `layout:${app}.`);
  const layout = useMemo(() => ({ ...blank, ...(found && typeof found === "object" && !Array.isArray(found) ? (found as Partial<Layout>) : {}) }), [found]);
  const change = useCallback((next: Partial<Layout>) => set({ ...layout, ...next } as unknown as Json), [layout, set]);
  return [layout, change];
}

/** The columns of a view in this person's order, and all that could be shown. */
export function columnsOf(metadata: Metadata, entity: Entity, view: ViewDefinition, layout: Layout): { shown: Column[]; all: Column[] } {
  const make = (name: string, label?: Label, width?: number): Column[] => {
    const field = fieldAt(metadata, entity, name);
    return field ? [{ name, label: label || field.label, field, width: layout.widths[name] ?? (width || fieldKind(field.type).width) }] : [];
  };
  const own = view.columns.flatMap((column) => make(column.field, column.label, column.width));
  const extra = [...entity.fields.map((field) => field.name), "created_at", "created_by", "changed_at", "changed_by"]
    .filter((name) => !own.some((column) => column.name === name))
    .flatMap((name) => make(name))
    .filter((column) => column.field.type !== "lines");
  const all = [...own, ...extra];
  const visible = [...own.filter((column) => !layout.hidden.includes(column.name)), ...extra.filter((column) => layout.shown.includes(column.name))];
  const rank = (column: Column) => {
    const at = layout.order.indexOf(column.name);
    return at < 0 ? 1000 + all.indexOf(column) : at;
  };
  return { shown: visible.sort((a, b) => rank(a) - rank(b)), all };
}

export const sortText = (sorts: readonly Sort[]) => sorts.map((sort) => (sort.descending ? `-${sort.field}` : sort.field)).join(",");

/** Click by click: up, down, as the view has it. */
export function turned(sorts: readonly Sort[], field: string): Sort[] {
  const now = sorts.find((sort) => sort.field === field);
  if (!now) return [{ field }];
  return now.descending ? [] : [{ field, descending: true }];
}
