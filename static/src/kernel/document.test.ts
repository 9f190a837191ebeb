/** Documents: patches and their inverses, undo, redo, selection, typing as one step. */
import { describe, expect, it, vi } from "vitest";
import { apply, Document, fresh, ids, locate, read, type Patch } from "./document";
import type { Json } from "./types";

const tree: Json = { id: "form", components: [{ id: "a", width: 1 }, { id: "b", components: [{ id: "c" }] }, { id: "d" }] };

describe("apply", () => {
  const cases: [string, Patch[], unknown][] = [
    ["set a property", [{ do: "set", path: ["components", 0, "width"], value: 2 }], 2],
    ["set a new property", [{ do: "set", path: ["components", 0, "label"], value: "x" }], 1],
    ["insert", [{ do: "insert", path: ["components", 1], value: { id: "n" } }], 0],
    ["remove", [{ do: "remove", path: ["components", 0] }], 0],
    ["move", [{ do: "move", from: ["components", 0], to: ["components", 0, "components", 0] }], 0],
    ["move within", [{ do: "move", from: ["components", 0], to: ["components", 2] }], 0],
    ["several", [{ do: "remove", path: ["components", 2] }, { do: "set", path: ["id"], value: "z" }, { do: "insert", path: ["components", 0], value: 1 }], 0],
  ];
  it.each(cases)("%s, and its inverse gives the document back", (_, patches) => {
    const before = JSON.stringify(tree);
    const { value, inverse } = apply<Json>(tree, patches);
    expect(JSON.stringify(tree)).toBe(before);
    expect(JSON.stringify(value)).not.toBe(before);
    expect(apply<Json>(value, inverse).value).toEqual(tree);
  });

  it("shares what it does not touch", () => {
    const { value } = apply<Json>(tree, [{ do: "set", path: ["components", 0, "width"], value: 3 }]);
    expect(read(value, ["components", 1])).toBe(read(tree, ["components", 1]));
  });
});

describe("Document", () => {
  it("goes back and forth with its selection", () => {
    const document = new Document<Json>(tree);
    document.select(["a"]);
    document.run({ label: "x", patches: [{ do: "remove", path: ["components", 0] }], select: [] });
    expect(document.snapshot().undo).toBe("x");
    document.undo();
    expect(document.value).toEqual(tree);
    expect(document.snapshot().selection).toEqual(["a"]);
    document.redo();
    expect(document.snapshot().selection).toEqual([]);
    expect(ids(document.value)).not.toContain("a");
  });

  it("takes fast typing as one step, slow typing as several", () => {
    let now = 0;
    const document = new Document<Json>({ label: "" }, () => now);
    for (const text of ["a", "ab", "abc"]) {
      now += 100;
      document.run({ label: "type", merge: "label", patches: [{ do: "set", path: ["label"], value: text }] });
    }
    now += 5000;
    document.run({ label: "type", merge: "label", patches: [{ do: "set", path: ["label"], value: "abcd" }] });
    document.undo();
    expect(document.value).toEqual({ label: "abc" });
    document.undo();
    expect(document.value).toEqual({ label: "" });
    document.redo();
    expect(document.value).toEqual({ label: "abc" });
  });

  it("forgets what was undone when something new is done, and tells its listeners", () => {
    const document = new Document<Json>({ n: 0 });
    const listener = vi.fn();
    const stop = document.subscribe(listener);
    document.run({ label: "1", patches: [{ do: "set", path: ["n"], value: 1 }] });
    document.undo();
    document.run({ label: "2", patches: [{ do: "set", path: ["n"], value: 2 }] });
    document.redo();
    expect(document.value).toEqual({ n: 2 });
    expect(listener).toHaveBeenCalledTimes(3);
    stop();
    document.kept(document.snapshot().revision);
    expect(listener).toHaveBeenCalledTimes(3);
    expect(document.snapshot().saved).toBe(document.snapshot().revision);
  });
});

it("finds things by id and makes fresh ids", () => {
  expect(locate(tree, "c")).toEqual(["components", 1, "components", 0]);
  expect(locate(tree, "nowhere")).toBeNull();
  expect(fresh(tree, "a")).toBe("a_2");
  expect(fresh(tree, "new")).toBe("new");
});
