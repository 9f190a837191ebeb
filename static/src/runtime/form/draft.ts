/** What somebody has typed and not sent, kept in this browser until it is sent or thrown away. */
import type { Values } from "../../kernel/types";

interface Draft {
  values: Values;
  at: string;
}

const place = (form: string) => `draft:${form}`;

export function readDraft(form: string): Draft | null {
  try {
    const found = JSON.parse(localStorage.getItem(place(form)) ?? "null") as Draft | null;
    return found && typeof found.values === "object" ? found : null;
  } catch {
    return null;
  }
}

export function keepDraft(form: string, values: Values) {
  try {
    localStorage.setItem(place(form), JSON.stringify({ values, at: new Date().toISOString() }));
  } catch {
    // a full store only means that nothing is kept
  }
}

export const dropDraft = (form: string) => localStorage.removeItem(place(form));
