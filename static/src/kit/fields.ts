/** The contract of a field type in the browser, and the list the kinds put themselves into. */
import { createContext, useContext, type ComponentType, type ReactNode } from "react";
import type { Candidate, Field, Value } from "../kernel/types";
import type { Icon } from "./icons";

export interface CellProps {
  value: Value;
  field: Field;
}

export interface InputProps {
  id?: string;
  value: Value;
  field: Field;
  onChange: (value: Value) => void;
  /** The person is done with this editor: take the value, and go on to the next one if there is one. */
  onDone?: ((value: Value) => void) | undefined;
  disabled?: boolean;
  invalid?: boolean;
  autoFocus?: boolean;
  /** In a cell of a list or grid: no border, the cell's height. */
  bare?: boolean;
}

export interface FieldKind {
  kind: string;
  Icon: Icon;
  /** The width of a new list column. */
  width: number;
  align?: "end";
  /** Read-only, one line. */
  Cell: (props: CellProps) => ReactNode;
  /** Read-only with room, as on a record's page; the cell when there is none. */
  Show?: (props: CellProps) => ReactNode;
  /** The editor of a form. */
  Input?: ComponentType<InputProps>;
  /** The editor of a list's cell; without one the cell is not edited in place. */
  Compact?: ComponentType<InputProps>;
  empty: Value;
  /** The words of a condition, in the order they are offered. */
  operators: readonly string[];
  /** The value as plain text: for copying, titles and comparison. */
  text: (value: Value, field: Field) => string;
  /** A value from plain text (paste); undefined when it is none. */
  parse?: (text: string, field: Field) => Value | undefined;
  /** The value as it goes back to the server, when that is not how it came. */
  send?: (value: Value) => Value;
}

const kinds = new Map<string, FieldKind>();

export function register(kind: FieldKind) {
  kinds.set(kind.kind, kind);
}

/** The kind of a field; unknown ones are shown as text. */
export function fieldKind(type: string): FieldKind {
  const found = kinds.get(type) ?? kinds.get("text");
  if (!found) throw new Error(`no field kind ${type}`);
  return found;
}

export const fieldKinds = () => [...kinds.values()];

export const isBlank = (value: Value | undefined): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0) ||
  (typeof value === "object" && !Array.isArray(value) && Object.values(value).every((part) => part === null || part === ""));

/** Which application's records an editor searches in, and where a record opens. */
export interface Place {
  application: string;
  entity: string;
  /** A record is filled in, so references offer what their fields narrow them to; filters and conditions offer all. */
  fills?: boolean;
  record?: number;
  open?: (application: string, entity: string, id: number) => void;
  /** Shows how a measured value of a record is made. */
  made?: (entity: string, id: number, field: Field) => void;
  /** Another way to find candidates, where the usual one is not open. */
  find?: (field: Field, search: string, signal: AbortSignal) => Promise<Candidate[]>;
  /** Where files of a field are sent, where the usual place is not open. */
  files?: (field: Field) => string;
}

export const PlaceContext = createContext<Place>({ application: "", entity: "" });
export const usePlace = () => useContext(PlaceContext);

export const textual = ["contains", "not_contains", "=", "starts_with", "blank", "not_blank"] as const;
export const numericOperators = ["=", ">", ">=", "<", "<=", "between", "blank", "not_blank"] as const;
export const dated = ["on", "before", "after", "between", "today", "past_days", "next_days", "older_days", "blank", "not_blank"] as const;
export const referring = ["in", "not_in", "blank", "not_blank"] as const;
