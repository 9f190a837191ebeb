/** The tree of a flow's steps: where each stands, and the changes a drag or a key makes to it. */
import { read, type Patch } from "../../kernel/document";
import type { Path } from "../../kernel/issues";
import type { Json, Label } from "../../kernel/types";
import { stepKind } from "../../kit/flows/kinds";

export interface Branch {
  id: string;
  label?: Label;
  condition?: string;
  steps?: Step[];
  [setting: string]: unknown;
}

export interface Step {
  id: string;
  type: string;
  label?: Label;
  branches?: Branch[];
  [setting: string]: unknown;
}

/** Where a step is to stand: in the flow's own list ("") or a branch's, before the step that has this number now. */
export interface Spot {
  /** "step/branch", the ids of the list's branch and of the step it belongs to; "" for the flow's own list. */
  list: string;
  index: number;
}

export interface Place extends Spot {
  step: Step;
  /** Ids of steps and branches from the outermost in, joined as the server joins them. */
  way: string;
  /** Its path inside the flow's document. */
  path: Path;
}

export const stepsOf = (flow: { [key: string]: Json } | undefined): Step[] => (flow?.["steps"] ?? []) as unknown as Step[];
export const listName = (step: string, branch: string) => `${step}/${branch}`;

/** Every step in reading order, those of branches after the step they belong to. */
export function places(steps: readonly Step[], list = "", way = "", path: Path = ["steps"]): Place[] {
  return steps.flatMap((step, index) => {
    const here = way ? `${way}/${step.id}` : step.id;
    const at = [...path, index];
    return [
      { list, index, step, way: here, path: at },
      ...(step.branches ?? []).flatMap((branch, number) => places(branch.steps ?? [], listName(step.id, branch.id), `${here}/${branch.id}`, [...at, "branches", number, "steps"])),
    ];
  });
}

export const placeOf = (steps: readonly Step[], id: string): Place | undefined => places(steps).find((item) => item.step.id === id);

export interface BranchPlace {
  step: Step;
  branch: Branch;
  index: number;
  path: Path;
}

/** A branch by "step/branch". */
export function branchOf(steps: readonly Step[], name: string): BranchPlace | undefined {
  const [owner = "", id = ""] = name.split("/");
  const place = placeOf(steps, owner);
  const index = place?.step.branches?.findIndex((item) => item.id === id) ?? -1;
  return place && index >= 0 ? { step: place.step, branch: place.step.branches![index]!, index, path: [...place.path, "branches", index] } : undefined;
}

/** The steps of a list by its name. */
export const listed = (steps: readonly Step[], list: string): readonly Step[] => (list ? (branchOf(steps, list)?.branch.steps ?? []) : steps);

const pathOf = (steps: readonly Step[], list: string): Path | null => {
  if (!list) return ["steps"];
  const found = branchOf(steps, list);
  return found ? [...found.path, "steps"] : null;
};

/** Ids of a step, its branches' steps and so on; ids of branches are their step's own affair. */
export const idsOf = (step: Step): string[] => [step.id, ...(step.branches ?? []).flatMap((branch) => (branch.steps ?? []).flatMap(idsOf))];

/** Whether a step may be put into a list: never into itself. */
export const fits = (step: Step | undefined, list: string): boolean => !step || !list || !idsOf(step).includes(list.split("/")[0]!);

const json = (value: unknown) => value as Json;

export function insertPatches(flow: Json, base: Path, steps: readonly Step[], step: Step, spot: Spot): Patch[] {
  const path = pathOf(steps, spot.list);
  if (!path) return [];
  const present = read(flow, path);
  if (!Array.isArray(present)) return [{ do: "set", path: [...base, ...path], value: [json(step)] }];
  return [{ do: "insert", path: [...base, ...path, Math.min(spot.index, present.length)], value: json(step) }];
}

/** Takes a step from where it is to `spot`, counted while it still stands there. */
export function movePatches(flow: Json, base: Path, steps: readonly Step[], id: string, spot: Spot): Patch[] {
  const from = placeOf(steps, id);
  if (!from || !fits(from.step, spot.list)) return [];
  if (from.list === spot.list && (spot.index === from.index || spot.index === from.index + 1)) return [];
  const path = pathOf(steps, spot.list);
  if (!path) return [];
  const index = from.list === spot.list && spot.index > from.index ? spot.index - 1 : spot.index;
  // where the list stands once the step has gone from before it
  const depth = from.path.length - 1;
  const shifted = from.path.slice(0, depth).every((word, at) => path[at] === word) && typeof path[depth] === "number" && path[depth] > (from.path[depth] as number);
  const to = shifted ? path.map((word, at) => (at === depth ? Number(word) - 1 : word)) : path;
  const give: Patch[] = Array.isArray(read(flow, path)) ? [] : [{ do: "set", path: [...base, ...to], value: [] }];
  return [{ do: "remove", path: [...base, ...from.path] }, ...give, { do: "insert", path: [...base, ...to, index], value: json(from.step) }];
}

/** The next place up or down in reading order: past a neighbour, into its first or last branch, or out of a branch. */
export function stepSpot(steps: readonly Step[], id: string, way: -1 | 1): Spot | null {
  const from = placeOf(steps, id);
  if (!from) return null;
  const list = listed(steps, from.list);
  const neighbour = list[from.index + way];
  if (neighbour) {
    const branch = way > 0 ? neighbour.branches?.[0] : neighbour.branches?.at(-1);
    if (branch) return { list: listName(neighbour.id, branch.id), index: way > 0 ? 0 : (branch.steps ?? []).length };
    return { list: from.list, index: way > 0 ? from.index + 2 : from.index - 1 };
  }
  if (!from.list) return null;
  const out = placeOf(steps, from.list.split("/")[0]!);
  return out ? { list: out.list, index: way > 0 ? out.index + 1 : out.index } : null;
}

/** The end of the neighbouring branch, left or right. */
export function besideSpot(steps: readonly Step[], id: string, way: -1 | 1): Spot | null {
  const from = placeOf(steps, id);
  const here = from?.list ? branchOf(steps, from.list) : undefined;
  const next = here?.step.branches?.[here.index + way];
  return here && next ? { list: listName(here.step.id, next.id), index: (next.steps ?? []).length } : null;
}

const free = (taken: Set<string>, wish: string): string => {
  let id = wish;
  for (let number = 2; taken.has(id); number += 1) id = `${wish}_${number}`;
  taken.add(id);
  return id;
};

/** The same step with ids that nothing in the flow has. */
export function renewed(step: Step, taken: Set<string>): Step {
  const word = step.id.replace(/_\d+$/, "") || step.type;
  const id = free(taken, word);
  return { ...step, id, ...(step.branches ? { branches: step.branches.map((branch) => ({ ...branch, steps: (branch.steps ?? []).map((inner) => renewed(inner, taken)) })) } : {}) };
}

/** A new step of a kind; one that divides comes with two branches, of which a choice's last is for what is left. */
export function made(type: string, steps: readonly Step[], words: { branch: (number: number) => Label; otherwise: Label }): Step {
  const taken = new Set(places(steps).map((item) => item.step.id));
  const kind = stepKind(type);
  const branches: Branch[] | null = kind?.single ? [{ id: "branch_1", steps: [] }] : kind?.divides
    ? [{ id: "branch_1", label: words.branch(1), steps: [] }, { id: type === "branch" ? "otherwise" : "branch_2", label: type === "branch" ? words.otherwise : words.branch(2), steps: [] }]
    : null;
  return { id: free(taken, type), type, ...kind?.begun, ...(branches ? { branches } : {}) };
}

/** One more branch; in a choice it stands before the last one, which is for what is left. */
export function branchPatches(base: Path, steps: readonly Step[], id: string, label: (number: number) => Label): { patches: Patch[]; name: string } {
  const place = placeOf(steps, id);
  if (!place) return { patches: [], name: "" };
  const branches = place.step.branches ?? [];
  const last = branches.at(-1);
  const index = place.step.type === "branch" && last && !last.condition ? branches.length - 1 : branches.length;
  let number = branches.length;
  while (branches.some((item) => item.id === `branch_${number}`)) number += 1;
  const branch = { id: `branch_${number}`, label: label(index + 1), steps: [] };
  const path = [...base, ...place.path, "branches"];
  return { patches: place.step.branches ? [{ do: "insert", path: [...path, index], value: json(branch) }] : [{ do: "set", path, value: [json(branch)] }], name: listName(id, branch.id) };
}

/** Whether this branch is for whatever no other one takes. */
export const isOtherwise = (step: Step, index: number): boolean => step.type === "branch" && index === (step.branches?.length ?? 0) - 1 && !step.branches?.[index]?.condition;
