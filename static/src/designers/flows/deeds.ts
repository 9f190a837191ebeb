/** What one does to a flow's steps, each one command: add, move, copy, paste, take away, divide further. */
import { said } from "../../kernel/i18n";
import type { Json } from "../../kernel/types";
import type { Doc, Draft } from "../draft";
import { branchOf, branchPatches, fits, insertPatches, listed, made, movePatches, placeOf, places, renewed, stepsOf, type Spot, type Step } from "./tree";
import { numbered } from "./words";

export const words = { branch: (number: number) => said("flow.branch_number", { number: String(number) }), otherwise: said("flow.otherwise") };

export interface Hand {
  draft: Draft;
  id: string;
}

const base = (hand: Hand) => ["flow", hand.id];
const flowOf = (hand: Hand): Doc => hand.draft.book["flow"]![hand.id]!;

export function addStep(hand: Hand, type: string, spot: Spot): string {
  const flow = flowOf(hand);
  const step = numbered(made(type, stepsOf(flow), { branch: words.branch, otherwise: said("flow.otherwise") }), stepsOf(flow));
  hand.draft.run({ label: "flow.step_added", patches: insertPatches(flow, base(hand), stepsOf(flow), step, spot) });
  return step.id;
}

export function moveStep(hand: Hand, step: string, spot: Spot | null): void {
  if (!spot) return;
  const flow = flowOf(hand);
  hand.draft.run({ label: "design.step_move", patches: movePatches(flow, base(hand), stepsOf(flow), step, spot) });
}

export function takeStep(hand: Hand, step: string): void {
  const place = placeOf(stepsOf(flowOf(hand)), step);
  if (place) hand.draft.run({ label: "design.step_remove", patches: [{ do: "remove", path: [...base(hand), ...place.path] }] });
}

const shelf = "design.step";
export const copyStep = (hand: Hand, step: string): void => {
  const place = placeOf(stepsOf(flowOf(hand)), step);
  if (place) localStorage.setItem(shelf, JSON.stringify(place.step));
};

export function copied(): Step | null {
  try {
    return JSON.parse(localStorage.getItem(shelf) ?? "null") as Step | null;
  } catch {
    return null;
  }
}

export function pasteStep(hand: Hand, spot: Spot, what: Step | null = copied()): string {
  if (!what) return "";
  const flow = flowOf(hand);
  const step = renewed(what, new Set(places(stepsOf(flow)).map((item) => item.step.id)));
  hand.draft.run({ label: "design.step_add", patches: insertPatches(flow, base(hand), stepsOf(flow), step, spot) });
  return step.id;
}

export function doubleStep(hand: Hand, step: string): string {
  const place = placeOf(stepsOf(flowOf(hand)), step);
  return place ? pasteStep(hand, { list: place.list, index: place.index + 1 }, place.step) : "";
}

export function addBranch(hand: Hand, step: string): string {
  const { patches, name } = branchPatches(base(hand), stepsOf(flowOf(hand)), step, words.branch);
  if (patches.length) hand.draft.run({ label: "flow.branch_added", patches });
  return name;
}

export function moveBranch(hand: Hand, name: string, to: number): void {
  const found = branchOf(stepsOf(flowOf(hand)), name);
  if (!found || to < 0 || to >= (found.step.branches ?? []).length || to === found.index) return;
  const path = [...base(hand), ...found.path];
  hand.draft.run({ label: "design.step_move", patches: [{ do: "move", from: path, to: [...path.slice(0, -1), to] }] });
}

/** Takes a branch away with all that is in it; with the last but one the whole division goes, and what stays in the other takes its place. */
export function takeBranch(hand: Hand, name: string): void {
  const flow = flowOf(hand);
  const found = branchOf(stepsOf(flow), name);
  const place = found && placeOf(stepsOf(flow), found.step.id);
  if (!found || !place) return;
  const branches = found.step.branches ?? [];
  if (branches.length > 2) {
    hand.draft.run({ label: "design.step_remove", patches: [{ do: "remove", path: [...base(hand), ...found.path] }] });
    return;
  }
  const path = [...base(hand), ...place.path];
  const kept = branches.find((item) => item.id !== found.branch.id)?.steps ?? [];
  hand.draft.run({ label: "design.step_remove", patches: [{ do: "remove", path }, ...kept.map((step, index) => ({ do: "insert" as const, path: [...path.slice(0, -1), place.index + index], value: step as unknown as Json }))] });
}

/** Whether what is carried may be let go there. */
export const mayLand = (hand: Hand, step: string, spot: Spot): boolean => {
  const steps = stepsOf(flowOf(hand));
  return fits(step ? placeOf(steps, step)?.step : undefined, spot.list);
};

export const endOf = (hand: Hand, list: string): Spot => ({ list, index: listed(stepsOf(flowOf(hand)), list).length });
