/** Ready beginnings of flows, built from the table they are about: which fields and roles it has decides what they propose. */
import { number } from "../../kernel/format";
import { said } from "../../kernel/i18n";
import type { Entity, Field, Json, Label } from "../../kernel/types";
import type { Settings } from "../../kit/flows/kinds";

export type Template = "one" | "amount" | "counter" | "empty";
export const templates: readonly Template[] = ["amount", "one", "counter", "empty"];

const day = { amount: 24, unit: "hours", working: true, remind: 2, then: "nothing" };
const head = (levels: number): Settings => ({ type: "head", ...(levels === 1 ? {} : { levels }) });
const step = (id: string, label: Label, people: Settings[], more: Settings = {}): Settings => ({ id, type: "approve", label: label as Json, people, deadline: day, ...more });

/** The field an amount would be asked of: money first, then any number. */
export function amountOf(entity: Entity): Field | undefined {
  const numbers = (types: RegExp) => entity.fields.find((item) => types.test(item.type) || (item.result !== undefined && types.test(item.result)));
  return numbers(/^money$/) ?? numbers(/^(decimal|integer)$/) ?? entity.fields.find((item) => /^(rollup|formula)$/.test(item.type));
}

/** Whether a template can be made of this table. */
export const fitting = (template: Template, entity: Entity): boolean => template !== "amount" || !!amountOf(entity);

interface Wish {
  entity: Entity;
  /** From here on one more level approves, and from there on another. */
  first: number;
  second: number;
}

export function stepsFor(template: Template, { entity, first, second }: Wish): Settings[] {
  const amount = amountOf(entity);
  if (template === "one") return [step("approve", said("flow.level_1"), [head(1)])];
  if (template === "counter") return [step("approve", said("flow.level_1"), [head(1)]), step("approve_2", said("flow.together"), [{ type: "chosen" }], { mode: "all" }), { id: "notify", type: "notify", people: [{ type: "starter" }] }];
  if (template !== "amount" || !amount) return [];
  const above = (limit: number) => `{${amount.name}} >= ${limit}`;
  const branch = (id: string, label: Label, condition: string, steps: Settings[]): Settings => ({ id, label: label as Json, ...(condition ? { condition } : {}), steps });
  const rest = (id: string) => branch(id, said("flow.otherwise"), "", []);
  const level = (key: string, limit: number): Label => said(key, { field: amount.label, limit: number(limit) });
  return [
    step("approve", said("flow.level_1"), [head(1)]),
    { id: "branch", type: "branch", label: said("flow.by_field", { field: amount.label }) as Json, branches: [
      branch("top", level("flow.at_least", second), above(second), [step("approve_2", said("flow.level_2"), [head(2)], { same: "pass" }), step("approve_3", said("flow.level_3"), [head(3)], { same: "pass" })]),
      branch("middle", level("flow.at_least", first), above(first), [step("approve_4", said("flow.level_2"), [head(2)], { same: "pass" })]),
      rest("otherwise"),
    ] },
  ];
}
