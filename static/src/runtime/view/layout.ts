/** How one person has laid out a view: widths, order, hidden columns, saved filters; kept in this browser. */
import { useCallback, useState } from "react";
import type { Group } from "../../kernel/condition";
import { field as fieldAt } from "../../kernel/metadata";
import type { Entity, Field, Label, Metadata, Sort, ViewDefinition } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";

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

export function useLayout(key: string): [Layout, (next: Partial<Layout>) => void] {
  const place = `layout:${key}`;
  const [held, setHeld] = useState(() => ({ place, layout: read(place) }));
  const layout = held.place === place ? held.layout : read(place);
  const change = useCallback(
    (next: Partial<Layout>) => {
      setHeld(() => {
        const changed = { ...read(place), ...next };
        localStorage.setItem(place, JSON.stringify(changed));
        return { place, layout: changed };
      });
    },
    [place],
  );
  return [layout, change];
}

function read(place: string): Layout {
  try {
    return { ...blank, ...(JSON.parse(localStorage.getItem(place) ?? "{}") as Partial<Layout>) };
  } catch {
    return blank;
  }
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
