/** Steps are found, moved in and out of branches, copied and divided; ids stay one of a kind, and what is moved is never lost. */
import { describe, expect, it } from "vitest";
import { apply } from "../../kernel/document";
import type { Json } from "../../kernel/types";
import "../../kinds/steps/index";
import { besideSpot, branchPatches, fits, idsOf, insertPatches, isOtherwise, made, movePatches, places, placeOf, renewed, stepSpot, stepsOf, type Spot, type Step } from "./tree";

const flow = (): { [key: string]: Json } => ({
  steps: [
    { id: "first", type: "approve" },
    { id: "split", type: "branch", branches: [
      { id: "high", condition: "{amount} > 1", steps: [{ id: "boss", type: "approve" }, { id: "inner", type: "branch", branches: [{ id: "a", steps: [{ id: "deep", type: "fill" }] }, { id: "b" }] }] },
      { id: "otherwise" },
    ] },
    { id: "last", type: "notify" },
  ] as unknown as Json,
});
const order = (doc: { [key: string]: Json }) => places(stepsOf(doc)).map((item) => item.way);
const moved = (id: string, spot: Spot | null) => {
  const doc = flow();
  return spot ? apply(doc, movePatches(doc, [], stepsOf(doc), id, spot)).value : doc;
};

describe("the tree of a flow", () => {
  it("names every step by the way to it", () => {
    expect(order(flow())).toEqual(["first", "split", "split/high/boss", "split/high/inner", "split/high/inner/a/deep", "last"]);
    expect(placeOf(stepsOf(flow()), "deep")?.path).toEqual(["steps", 1, "branches", 0, "steps", 1, "branches", 0, "steps", 0]);
  });

  it("moves a step from before a branch into it", () => {
    expect(order(moved("first", { list: "split/otherwise", index: 0 }))).toEqual(["split", "split/high/boss", "split/high/inner", "split/high/inner/a/deep", "split/otherwise/first", "last"]);
    expect(order(moved("deep", { list: "", index: 0 }))[0]).toBe("deep");
  });

  it("refuses to put a step into itself", () => {
    const steps = stepsOf(flow());
    expect(fits(placeOf(steps, "split")?.step, "inner/b")).toBe(false);
    expect(movePatches(flow(), [], steps, "split", { list: "inner/b", index: 0 })).toEqual([]);
  });

  it("walks every step to the top and to the bottom by keys, losing none", () => {
    for (const id of ["first", "boss", "deep", "last", "inner"])
      for (const way of [-1, 1] as const) {
        let doc = flow();
        const all = [...order(doc).map((one) => one.split("/").at(-1))].sort();
        for (let count = 0; count < 20; count += 1) {
          const spot = stepSpot(stepsOf(doc), id, way);
          if (!spot) break;
          doc = apply(doc, movePatches(doc, [], stepsOf(doc), id, spot)).value;
          expect(order(doc).map((one) => one.split("/").at(-1)).sort()).toEqual(all);
        }
        expect(stepsOf(doc).at(way > 0 ? -1 : 0)?.id).toBe(id);
      }
  });

  it("goes to the neighbouring branch", () => {
    expect(besideSpot(stepsOf(flow()), "boss", 1)).toEqual({ list: "split/otherwise", index: 0 });
    expect(besideSpot(stepsOf(flow()), "boss", -1)).toBeNull();
    expect(besideSpot(stepsOf(flow()), "first", 1)).toBeNull();
  });

  it("takes every move back", () => {
    const doc = flow();
    for (const id of ["first", "boss", "deep"])
      for (const spot of [{ list: "", index: 3 }, { list: "split/otherwise", index: 0 }, { list: "inner/b", index: 0 }]) {
        const { value, inverse } = apply(doc, movePatches(doc, [], stepsOf(doc), id, spot));
        // lists that were left out come into being empty, which says the same
        const plain = (one: Json) => JSON.stringify(one).replaceAll(',"steps":[]', "");
        expect(plain(apply(value, inverse).value)).toBe(plain(doc));
      }
  });

  it("gives copies new ids all the way down", () => {
    const steps = stepsOf(flow());
    const taken = new Set(places(steps).map((item) => item.step.id));
    const copy = renewed(placeOf(steps, "split")!.step, new Set(taken));
    expect(idsOf(copy).filter((id) => taken.has(id))).toEqual([]);
    expect(new Set(idsOf(copy)).size).toBe(4);
  });

  it("makes a divided step with a branch for what is left, and puts further ones before it", () => {
    const words = { branch: (number: number) => `B${number}`, otherwise: "else" };
    const step: Step = { ...made("branch", stepsOf(flow()), words) };
    step.branches![0]!.condition = "TRUE";
    expect([step.id, isOtherwise(step, 1), isOtherwise(step, 0)]).toEqual(["branch", true, false]);
    let doc = flow();
    doc = apply(doc, insertPatches(doc, [], stepsOf(doc), step, { list: "inner/b", index: 0 })).value;
    const { patches, name } = branchPatches([], stepsOf(doc), "branch", words.branch);
    doc = apply(doc, patches).value;
    expect(placeOf(stepsOf(doc), "branch")!.step.branches!.map((item) => item.id)).toEqual(["branch_1", "branch_2", "otherwise"]);
    expect(name).toBe("branch/branch_2");
    expect(made("parallel", stepsOf(doc), words).branches!.map((item) => item.id)).toEqual(["branch_1", "branch_2"]);
    expect(made("approve", stepsOf(doc), words)).toEqual({ id: "approve", type: "approve", people: [] });
  });
});
