/** To which step or branch of a flow a finding belongs. */
import type { Json } from "../../kernel/types";
import { places, stepsOf, type Step } from "./tree";

/** "step", "step/branch", "trigger" or another property of the flow itself. */
export function ownerOf(flow: { [key: string]: Json }, path: readonly (string | number)[]): string {
  if (path[0] !== "steps") return String(path[0] ?? "");
  let here: Json | undefined = flow;
  let owner = "";
  let step = "";
  let list = "";
  for (const word of path) {
    if (here === null || typeof here !== "object") break;
    if (Array.isArray(here)) here = (typeof word === "number" || /^\d+$/.test(word) ? here[Number(word)] : undefined) ?? here.find((item) => !!item && typeof item === "object" && !Array.isArray(item) && item["id"] === word);
    else {
      list = String(word);
      here = here[word];
      continue;
    }
    const id = here && typeof here === "object" && !Array.isArray(here) ? String(here["id"] ?? "") : "";
    if (list === "steps") owner = step = id;
    else if (list === "branches") owner = `${step}/${id}`;
    else break;
  }
  return owner;
}

/** What is meant by a part somebody was led to: a step, a branch, or something inside a step. */
export function partOf(flow: { [key: string]: Json }, part: string): string {
  const all = places(stepsOf(flow));
  if (!part || part === "trigger" || all.some((item) => item.step.id === part)) return part;
  for (const { step } of all) for (const branch of step.branches ?? []) if (branch.id === part || `${step.id}/${branch.id}` === part) return `${step.id}/${branch.id}`;
  return all.findLast(({ step }) => holds(own(step), part))?.step.id ?? "";
}

const own = (step: Step): Json => Object.fromEntries(Object.entries(step).filter(([key]) => key !== "branches")) as Json;

function holds(value: Json, id: string): boolean {
  if (value === null || typeof value !== "object") return false;
  if (!Array.isArray(value) && value["id"] === id) return true;
  return Object.values(value).some((item) => holds(item as Json, id));
}
