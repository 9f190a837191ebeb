/** Drafts: sent by definition with its etag, kept when the line fails, and asked about when somebody else was quicker. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Problem } from "../kernel/api";
import { Draft, type Loaded } from "./draft";

const loaded: Loaded = { definitions: [{ kind: "entity", id: "ticket", etag: "1", document: { name: "ticket", label: "Ticket" }, changed: false, issues: [] }], removed: [], issues: [], live: true, release: 1 };
const edit = (label: string) => ({ label: "x", patches: [{ do: "set" as const, path: ["entity", "ticket", "label"], value: label }] });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function drafted(put: (body: unknown, etag: unknown) => Promise<unknown>) {
  const send = vi.fn(async (method: string, _: string, options: { body?: unknown; etag?: unknown } = {}) => ({ data: method === "GET" ? { ...loaded, definitions: [] } : await put(options.body, options.etag), etag: null, status: 200 }));
  return { draft: new Draft("desk", loaded, send as never), send };
}

it("sends what changed once typing pauses, with the etag it was read with", async () => {
  const put = vi.fn(async () => ({ etag: "2" }));
  const { draft } = drafted(put);
  draft.run(edit("A"));
  draft.run(edit("B"));
  expect(draft.snapshot().saving).toBe("waiting");
  await vi.advanceTimersByTimeAsync(700);
  expect(put).toHaveBeenCalledTimes(1);
  expect(put).toHaveBeenCalledWith({ name: "ticket", label: "B" }, '"1"');
  expect(draft.snapshot().saving).toBe("saved");
});

it("keeps what was typed when sending fails, says so and tries again", async () => {
  let broken = true;
  const put = vi.fn(async () => {
    if (broken) throw new Problem(0, "offline", "", [], {});
    return { etag: "2" };
  });
  const { draft } = drafted(put);
  draft.run(edit("A"));
  await vi.advanceTimersByTimeAsync(700);
  expect(draft.snapshot().saving).toBe("failed");
  expect(draft.book["entity"]!["ticket"]!["label"]).toBe("A");
  broken = false;
  await vi.advanceTimersByTimeAsync(5100);
  expect(put).toHaveBeenCalledTimes(2);
  expect(draft.snapshot().saving).toBe("saved");
});

it("asks which one stays when somebody else was quicker", async () => {
  let times = 0;
  const put = vi.fn(async () => {
    times += 1;
    if (times === 1) throw new Problem(409, "", "", [], { current: { name: "ticket", label: "Theirs" }, etag: "9" });
    return { etag: "10" };
  });
  const { draft } = drafted(put);
  draft.run(edit("Mine"));
  await vi.advanceTimersByTimeAsync(700);
  expect(draft.snapshot().conflict?.document).toEqual({ name: "ticket", label: "Theirs" });
  draft.keepMine();
  await vi.advanceTimersByTimeAsync(10);
  expect(put).toHaveBeenLastCalledWith({ name: "ticket", label: "Mine" }, '"9"');
});

it("takes theirs, and undo gives mine back", async () => {
  const put = vi.fn(async () => {
    throw new Problem(409, "", "", [], { current: { name: "ticket", label: "Theirs" }, etag: "9" });
  });
  const { draft } = drafted(put);
  draft.run(edit("Mine"));
  await vi.advanceTimersByTimeAsync(700);
  draft.takeTheirs();
  expect(draft.book["entity"]!["ticket"]!["label"]).toBe("Theirs");
  draft.document.undo();
  expect(draft.book["entity"]!["ticket"]!["label"]).toBe("Mine");
});
