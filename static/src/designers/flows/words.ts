/** What the sentences of steps are made from: labels of fields, roles, tables and people of this draft. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { get } from "../../kernel/api";
import { pick, said, t } from "../../kernel/i18n";
import type { Entity, Json, Label, Metadata } from "../../kernel/types";
import { approverKind, stepKind, text, type Choice, type Offered, type Settings, type Told } from "../../kit/flows/kinds";
import { stepLabel } from "../../kit/flows/words";
import { useBook, useDesign } from "../context";
import type { Book, Doc } from "../draft";
import { askable, labelPath } from "../inspector/words";
import { kindLabel } from "../rules/Palette";
import { actionWords, type Call } from "../rules/words";
import { known, labelOf, list, metadataOf, named, withBorrowed } from "../shape";
import { places, stepsOf, type Step } from "./tree";

export const settingsOf = (step: Step): Settings => step as unknown as Settings;
export const sourcesOf = (value: Json | undefined): Settings[] => (Array.isArray(value) ? value : []) as Settings[];

/** The kinds of trigger a flow has; the server leaves out what is meant anyway. */
export const triggerOf = (flow: Doc): Settings => ({ type: "button", ...(flow["trigger"] as Settings | undefined) });

export function told(metadata: Metadata, book: Book, entity: Entity | undefined, people: ReadonlyMap<string, string>): Told {
  const field = (path: string) => labelPath(metadata, entity, path.split("."));
  const all: Told = {
    field,
    fields: (names) => (Array.isArray(names) ? names.map((name) => field(String(name))).join(t("say.list")) : ""),
    people: (sources) => sourcesOf(sources).map((source) => approverKind(text(source["type"]))?.words(source, all) ?? "").filter(Boolean).join(t("say.list")),
    actions: (calls) => (Array.isArray(calls) ? (calls as unknown as Call[]) : []).map((call) => [kindLabel("action", call.type), actionWords(metadata, book, entity, call)].filter(Boolean).join(t("rule.colon"))).join(t("rule.then_also")),
    condition: (written) => !!written.trim(),
    named: (sort, name) => (sort === "person" ? (people.get(name) ?? name) : pick(labelOf(known(book, sort, name)))),
    outcomes: (step) => {
      const outputs = (named(book, "decision_table", text(step["table"]))?.[1]["outputs"] ?? []) as unknown as { name: string; label?: Label }[];
      const pairs = (Array.isArray(step["values"]) ? step["values"] : []) as unknown as { output: string; field: string }[];
      return pairs.filter((item) => item.field).map((item) => t("rule.into", { output: pick(outputs.find((one) => one.name === item.output)?.label, item.output), field: field(item.field) })).join(t("say.list"));
    },
    branches: (step) => (Array.isArray(step["branches"]) ? step["branches"].length : 0),
  };
  return all;
}

export const sentenceOf = (step: Step, known: Told): string => stepKind(step.type)?.sentence(settingsOf(step), known) ?? "";
/** What stands at the head of a card: its own label, else the word for its kind. */
export const titleOf = (step: Step): string => pick(step.label) || stepLabel(step.type);

/** A name that no other has yet: the second of a kind is numbered. */
export function unlike(label: Label, taken: readonly string[]): Label {
  for (let number = 2, next = label; ; number++) {
    if (!taken.includes(pick(next))) return next;
    const more = (word: string) => `${word} ${number}`;
    next = typeof label === "string" || !label ? more(pick(label)) : Object.fromEntries(Object.entries(label).map(([locale, word]) => [locale, more(String(word))]));
  }
}

/** A further step of a kind gets a numbered name of its own; the first is called by its kind alone. */
export function numbered(step: Step, steps: readonly Step[]): Step {
  const taken = places(steps).map((item) => titleOf(item.step));
  return !step.label && taken.includes(titleOf(step)) ? { ...step, label: unlike(said(`flow.step_${step.type}`), taken) } : step;
}

interface Listed {
  login: string;
  name: string;
}

const find = async (search: string): Promise<Choice[]> => (await get<{ items: Listed[] }>("users", { search, limit: 20 })).items.map((item) => ({ value: item.login, label: item.name }));

/** Names of the people a flow knows by their logins. */
export function useNames(flow: Doc): ReadonlyMap<string, string> {
  const logins = useMemo(() => {
    const found = new Set<string>();
    for (const { step } of places(stepsOf(flow))) for (const key of ["people", "stand_in"]) for (const source of sourcesOf(step[key] as Json)) if (Array.isArray(source["logins"])) for (const login of source["logins"]) found.add(String(login));
    return [...found].sort();
  }, [flow]);
  const names = useQuery({ queryKey: ["flow-names", logins.join()], enabled: logins.length > 0, staleTime: 300_000, queryFn: async () => (await Promise.all(logins.map(find))).flat().filter((item) => logins.includes(item.value)) });
  return useMemo(() => new Map((names.data ?? []).map((item) => [item.value, item.label])), [names.data]);
}

/** What the settings of steps choose from. */
export function useOffered(entity: Entity | undefined): Offered {
  const { app } = useDesign();
  const book = useBook();
  return useMemo(() => {
    const metadata = metadataOf(app, book);
    const paths = entity ? askable(metadata, entity) : [];
    return {
      roles: withBorrowed(list(book, "role").map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) })), "role", t("design.own")),
      paths: (types) => paths.filter((item) => types.includes(item.field.type)).map((item) => ({ value: item.field.name, label: [item.group, pick(item.field.label)].filter(Boolean).join(" · ") })),
      find,
    };
  }, [app, book, entity]);
}
