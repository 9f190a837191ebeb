/** What a reference may point to, asked for by what people type or paste. */
import { get } from "../../kernel/api";
import { home, target } from "../../kernel/metadata";
import type { Candidate, Field, Value } from "../../kernel/types";
import type { Place } from "../fields";

export type Look = "record" | "person" | "department";

export async function candidates({ application, entity, fills }: Place, field: Field, look: Look, of: string, search: string, signal: AbortSignal): Promise<Candidate[]> {
  if (look === "person") return (await get<{ items: Candidate[] }>("people", { search, limit: 20 }, signal)).items;
  if (look === "department") {
    const { items } = await get<{ items: Candidate[] }>("departments", {}, signal);
    return items.filter((item) => !search || item.label.toLowerCase().includes(search.toLowerCase())).map(({ id, label }) => ({ id, label }));
  }
  const [there, name] = home(application, of || target(field) || entity);
  const answer = await get<{ items: Candidate[] }>(`records/${there}/${name}/lookup`, { search, limit: 12, ...(fills ? { field: [...home(application, entity), field.name].join(".") } : {}) }, signal);
  return of ? answer.items.map((item) => ({ ...item, entity: item.entity ?? of })) : answer.items;
}

const looks: { [type: string]: Look } = { reference: "record", user: "person", department: "department" };

/** Whether pasted words are looked up for this field. */
export const named = (field: Field): boolean => field.type in looks && !field.multiple;

/** The one record that is called exactly so; undefined when there is none or more than one. */
export async function called(place: Place, field: Field, word: string): Promise<Value | undefined> {
  const { signal } = new AbortController();
  const lists = await Promise.all((field.targets?.length ? field.targets : [""]).map((of) => (place.find ? place.find(field, word, signal) : candidates(place, field, looks[field.type]!, of, word, signal))));
  const fitting = lists.flat().filter((item) => item.label === word || item.lines?.includes(word));
  return fitting.length === 1 ? (fitting[0] as unknown as Value) : undefined;
}
