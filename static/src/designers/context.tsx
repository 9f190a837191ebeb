/** What every designer knows: the draft, the schemas, who designs, and the pieces of the runtime that previews borrow. */
import { createContext, useContext, useEffect, useSyncExternalStore } from "react";
import type { Context } from "../kernel/holds";
import { language } from "../kernel/i18n";
import type { Json, Label } from "../kernel/types";
import type { Command } from "../kernel/document";
import type { Plotting } from "../kit/charts/Chart";
import type { Book, Doc, Draft, Status } from "./draft";
import type { knowFacts } from "./shape";

export interface Schema {
  type?: string;
  title?: string;
  description?: string;
  properties?: { [name: string]: Schema };
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  enum?: string[];
  minimum?: number;
  maximum?: number;
  default?: Json;
  $ref?: string;
  "x-ref"?: string;
  "x-expression"?: string;
  "x-within"?: string;
  "x-widget"?: string;
  "x-group"?: string;
}

export interface KindInfo {
  icon: string;
  group: string;
  schema: Schema;
  accepts?: string[];
  places?: string[];
  derived?: boolean;
}

export interface Schemas {
  definitions: { [sort: string]: Schema };
  kinds: { [category: string]: { [kind: string]: KindInfo } };
  $defs: { [name: string]: Schema };
  facts?: Parameters<typeof knowFacts>[0];
}

/** Given by the routes, because designers and runtime do not know each other. */
export interface Around {
  conditions: Context;
  person: string;
  Plot: Plotting;
}

export interface Other {
  name: string;
  label: Label;
  icon: string;
  color: string;
  required: boolean;
  /** It requires this one already. */
  circle: boolean;
  /** What of this application names something of it. */
  used: { kind: string; id: string; label: Label }[];
}

export interface Design {
  app: string;
  draft: Draft;
  schemas: Schemas;
  around: Around;
  /** Goes to a tab, a definition of it, and perhaps a part of that. */
  go: (tab: string, id?: string, part?: string) => void;
  /** The part an issue led to. */
  part: string;
  /** The other applications, and which of them this one requires. */
  others: readonly Other[];
  /** Asks anew what is known of them. */
  askOthers: () => void;
  /** Whether the application's own settings are open. */
  settings: boolean;
  setSettings: (open: boolean) => void;
}

export const DesignContext = createContext<Design | null>(null);

export function useDesign(): Design {
  const value = useContext(DesignContext);
  if (!value) throw new Error("outside of a designer");
  return value;
}

export function useBook(): Book {
  const { draft } = useDesign();
  return useSyncExternalStore(draft.document.subscribe, () => draft.document.value);
}

export function useSelection(): readonly string[] {
  const { draft } = useDesign();
  return useSyncExternalStore(draft.document.subscribe, () => draft.document.snapshot().selection);
}

export function useStatus(): Status {
  const { draft } = useDesign();
  return useSyncExternalStore(draft.subscribe, draft.snapshot);
}

/** Whether this person may design a sort; without one, whether they may design everything. */
export function useMay(): (sort?: string) => boolean {
  const { designs } = useStatus();
  return (sort) => !designs || (!!sort && designs.has(sort));
}

/** Sets properties of a definition, as one step. Undefined takes a property out. */
export function change(draft: Draft, path: (string | number)[], values: { [key: string]: Json | undefined }, label = "design.step_change", merge?: string) {
  const patches: Command["patches"] = Object.entries(values).map(([key, value]) => (value === undefined ? { do: "remove" as const, path: [...path, key] } : { do: "set" as const, path: [...path, key], value }));
  draft.run({ label, patches, ...(merge ? { merge } : {}) });
}

/** Adds a definition to its sort. */
export function adding(book: Book, kind: string, id: string, document: Doc): Command["patches"] {
  return [...(book[kind] ? [] : [{ do: "set" as const, path: [kind], value: {} }]), { do: "set" as const, path: [kind, id], value: document }];
}

/** In the reader's language; both are made where Chinese and English are known. */
export const both = (zh: string, en: string): Label => ({ "zh-CN": zh, en });
export const speaking = () => language();

/** Runs while a key stroke is not meant for a text. */
export function useKey(listen: (event: KeyboardEvent) => void, depends: unknown[]) {
  useEffect(() => {
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, depends);
}
