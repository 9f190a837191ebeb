/** What the cards of a flow's tree share: what is chosen, carried, folded and painted, and what can be done to them. */
import { createContext, useContext } from "react";
import type { Placed } from "../draft";
import type { Told } from "../../kit/flows/kinds";
import type { Spot, Step } from "./tree";

/** What is carried: a kind from the palette, a step, or a branch along its row. */
export type Carried = { sort: "new"; type: string } | { sort: "step"; id: string } | { sort: "branch"; name: string };

export interface Paint {
  state: "done" | "rejected" | "waiting" | "skipped";
  people: readonly string[];
  why: string;
}

export interface Board {
  entity: string;
  known: Told;
  chosen: string;
  choose: (part: string) => void;
  steps: readonly Step[];
  issues: ReadonlyMap<string, readonly Placed[]>;
  folded: ReadonlySet<string>;
  fold: (step: string) => void;
  /** The spot whose menu of kinds is open. */
  adding: string;
  openAdd: (spot: Spot | null) => void;
  add: (type: string, spot: Spot) => void;
  paste: (spot: Spot) => void;
  carried: Carried | null;
  carry: (what: Carried | null) => void;
  over: string;
  hover: (spot: string) => void;
  land: (spot: Spot) => void;
  may: (spot: Spot) => boolean;
  landBranch: (step: string, index: number) => void;
  copy: (step: string) => void;
  double: (step: string) => void;
  remove: (part: string) => void;
  branch: (step: string) => void;
  /** By the way to a step: what the last trial run did there; null outside of one. */
  paint: ReadonlyMap<string, Paint> | null;
  /** By the way to a step: how many wait there now, and since when. */
  live: ReadonlyMap<string, { waiting: number; oldest: string }> | null;
}

export const spotKey = (spot: Spot) => `${spot.list}#${spot.index}`;
export const BoardContext = createContext<Board | null>(null);

export function useBoard(): Board {
  const value = useContext(BoardContext);
  if (!value) throw new Error("outside of a flow's tree");
  return value;
}
