/** What the server tells about the drafted rights, and when it may be asked: only what is kept there counts. */
import { useEffect, useState } from "react";
import type { Json, Label } from "../../kernel/types";
import { useStatus } from "../context";

export interface SeenField {
  id: string;
  name: string;
  label: Label;
  access: "hidden" | "masked" | "some" | "read" | "write";
  listed: boolean;
}

export interface Seen {
  person: { id: number; label: string } | null;
  admin: boolean;
  count: number;
  columns: SeenField[];
  rows: { [name: string]: Json }[];
  fields: SeenField[];
  actions: { [action: string]: boolean };
  record: { [name: string]: Json } | null;
}

export interface Affected {
  items: {
    person: { id: number; label: string; lines: string[] };
    entity: Label;
    gained: number | null;
    lost: number | null;
    fields: { label: Label; before: string; after: string }[];
    actions: { [action: string]: boolean };
  }[];
  unknown: number;
  changed: boolean;
}

/** A number that moves whenever the draft has been kept, published or taken over; 0 while something waits to be sent. */
export function useSettled(): number {
  const { saving, changed } = useStatus();
  const [count, setCount] = useState(1);
  useEffect(() => {
    if (saving === "saved") setCount((old) => old + 1);
  }, [saving, changed]);
  return saving === "saved" ? count : 0;
}
