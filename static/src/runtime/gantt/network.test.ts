/** The critical path against networks worked out by hand. */
import { expect, it } from "vitest";
import { circular, timings, type Activity } from "./network";

const a = (id: number, length: number, needs: number[] = [], start = 0): Activity => ({ id, start, length, needs });
const critical = (list: Activity[]) => [...timings(list)].filter(([, timing]) => timing.critical).map(([id]) => id).sort((x, y) => x - y);

// 1 → 2, 3; 2 → 4; 3 → 5; 4, 5 → 6: the way over 3 and 5 is the longer one
const book = [a(1, 3), a(2, 4, [1]), a(3, 6, [1]), a(4, 2, [2]), a(5, 3, [3]), a(6, 1, [4, 5])];

it.each([
  ["the longer way of a diamond", book, [1, 3, 5, 6]],
  ["two ways of one length", [a(1, 2), a(2, 3, [1]), a(3, 3, [1]), a(4, 1, [2, 3])], [1, 2, 3, 4]],
  ["each of two projects has a path of its own", [a(1, 2), a(2, 3, [1]), a(3, 1, [1]), a(4, 9, [], 50), a(5, 1, [4])], [1, 2, 4, 5]],
  ["nothing that hangs together", [a(1, 5), a(2, 9)], []],
  ["a milestone takes no time", [a(1, 2), a(2, 0, [1]), a(3, 4, [2])], [1, 2, 3]],
  ["one that is planned later holds up what needs it", [a(1, 2), a(2, 2, [], 5), a(3, 1, [1, 2])], [2, 3]],
  ["a wait in the plan does not hide the path", [a(1, 2), a(2, 2, [1], 30)], [1, 2]],
  ["what is needed from elsewhere is no matter", [a(1, 2, [99]), a(2, 1, [1])], [1, 2]],
  ["none", [], []],
] as const)("%s", (_, list, wanted) => expect(critical([...list])).toEqual(wanted));

it("tells by how much each may slip and when it can begin", () => {
  const found = timings(book);
  expect([...found.entries()].map(([id, item]) => [id, item.earliest, item.over, item.slack]).sort((x, y) => x[0]! - y[0]!)).toEqual([[1, 0, 3, 0], [2, 3, 7, 3], [3, 3, 9, 0], [4, 7, 9, 3], [5, 9, 12, 0], [6, 12, 13, 0]]);
});

it("leaves out a circle and goes on with the rest", () => {
  const found = timings([a(1, 1, [2]), a(2, 1, [1]), a(3, 2), a(4, 1, [3])]);
  expect([...found.keys()].sort()).toEqual([3, 4]);
  expect(found.get(4)?.critical).toBe(true);
});

it("knows what would close a circle", () => {
  const list = [a(1, 1), a(2, 1, [1]), a(3, 1, [2])];
  expect(circular(list, 3, 1)).toBe(true);
  expect(circular(list, 1, 3)).toBe(false);
  expect(circular(list, 2, 2)).toBe(true);
});

it("takes a thousand tasks in a chain in no time", () => {
  const list = Array.from({ length: 1000 }, (_, at) => a(at, 1, at ? [at - 1] : []));
  const began = performance.now();
  expect(critical(list)).toHaveLength(1000);
  expect(performance.now() - began).toBeLessThan(200);
});
