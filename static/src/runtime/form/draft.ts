/** What somebody has typed and not sent, kept until it is sent or thrown away: here at once, on the server a moment later. */
import type { Json, Values } from "../../kernel/types";
import { nowKept, preference, setPreference } from "../preferences";

export interface Draft {
  values: Values;
  at: string;
}

const place = (form: string) => `draft:${form}`;

const read = (found: Json | undefined): Draft | null =>
  found && typeof found === "object" && !Array.isArray(found) && typeof found["values"] === "object" && found["values"] ? (found as unknown as Draft) : null;

export const readDraft = (form: string): Draft | null => read(nowKept(place(form)));
export const fetchDraft = async (form: string): Promise<Draft | null> => read(await preference(place(form)));
export const keepDraft = (form: string, values: Values) => setPreference(place(form), { values, at: new Date().toISOString() });
export const dropDraft = (form: string) => setPreference(place(form), null);
