/** What the parts of a form or page need to know, and the contract of a component kind. */
import { createContext, useContext, type ReactNode } from "react";
import { holds, type Context } from "../kernel/holds";
import { at, within } from "../kernel/issues";
import { derived } from "../kernel/metadata";
import { fieldKind, isBlank } from "./fields";
import type { Component, Entity, Field, Issue, Metadata, RecordData, Value, Values } from "../kernel/types";

export interface MeasureState {
  state: "live" | "settled" | "frozen";
  as_of: string | null;
  taken_at: string | null;
}

export interface PartsValue {
  app: string;
  metadata: Metadata;
  entity: Entity;
  /** "edit": every field is an editor; "read": values, each turned into an editor when it is pressed. */
  mode: "edit" | "read";
  /** A record that is only being made: what is blank and nobody can fill in is left out. */
  fresh?: boolean;
  values: Values;
  issues: readonly Issue[];
  context: Context;
  set: (name: string, value: Value) => void;
  /** The fields being edited on a page. */
  editing?: ReadonlySet<string>;
  edit?: (name: string) => void;
  /** Tells where the value of a field comes from. */
  why?: (field: Field) => void;
  /** What the measures of a page are of: up to date, settled or frozen, and since when. */
  measures?: Record<string, MeasureState>;
  /** Blank fields of a page are folded away unless this is true. */
  blanks?: boolean;
  record?: RecordData;
  phone: boolean;
  /** A drawer: at most two columns. */
  narrow?: boolean;
  /** Draws related lists, timelines and tiles, which only pages have. */
  extra?: (component: Component) => ReactNode;
  /** What stands beside the name of a tab: how many things it holds. */
  badge?: (component: Component) => ReactNode;
  /** What a designer puts around each part. */
  wrap?: (component: Component, node: ReactNode) => ReactNode;
  /** Designers show parts whose condition does not hold. */
  all?: boolean;
}

export const PartsContext = createContext<PartsValue | null>(null);

export function useParts(): PartsValue {
  const value = useContext(PartsContext);
  if (!value) throw new Error("a part stands outside of a form");
  return value;
}

export const visible = (component: Component, parts: PartsValue) => parts.all || holds(component.visible, parts.values, parts.context, true);
export const required = (component: Component, field: Field, parts: PartsValue) => (!!field.required && (!!parts.record || !field["initial"])) || holds(component.required, parts.values, parts.context, false);
export const fixed = (component: Component, field: Field, parts: PartsValue) => field.access !== "write" || holds(component.readonly, parts.values, parts.context, false);
/** What is worked out, kept from the reader or has no editor. */
export const locked = (component: Component, field: Field, parts: PartsValue) => fixed(component, field, parts) || derived(field) || !fieldKind(field.type).Input;
/** In a form for something new, a field that has nothing to show and can't be filled in. */
export const idle = (component: Component, parts: PartsValue): boolean => {
  const field = parts.fresh && component.type === "field" ? parts.entity.fields.find((item) => item.name === component.field) : undefined;
  return !!field && locked(component, field, parts) && isBlank(parts.values[field.name]) && !issuesAt(parts, field.name).length;
};
export const issuesAt = (parts: PartsValue, name: string) => at(parts.issues, [name]);
export const issuesIn = (parts: PartsValue, name: string): Issue[] => within(parts.issues, [name]).map((issue) => ({ ...issue, path: issue.path.slice(1) }));

export interface ComponentKind {
  kind: string;
  Part: (props: { component: Component; children?: ReactNode }) => ReactNode;
}

const kinds = new Map<string, ComponentKind>();
export const registerPart = (kind: ComponentKind) => void kinds.set(kind.kind, kind);
export const partKind = (kind: string) => kinds.get(kind);

