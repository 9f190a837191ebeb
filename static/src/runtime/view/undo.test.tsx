/** What was changed in a list is taken back, newest first, over the versions it left behind. */
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import type { Entity, RecordData, Value } from "../../kernel/types";
import { Theme } from "../../kit/Theme";
import "../../kinds/fields/index";
import { useSave, type Save } from "./save";
import { forget, useUndoKey } from "./undo";

const entity = { name: "job", label: "Job", fields: [{ name: "title", label: "Title", type: "text", access: "write" }] } as unknown as Entity;

/** A server that keeps one record and refuses what was read at another version. */
function serve() {
  let record = { id: 1, version: 1, title: "a" } as RecordData;
  vi.stubGlobal("fetch", vi.fn(async (_: string, init: RequestInit) => {
    const body = JSON.parse(String(init.body)) as { title?: Value; changes?: { id: number; version: number; values: { title: Value } }[] };
    const change = body.changes?.[0];
    if (change && change.version !== record.version) return Response.json({ changed: 0, issues: [{ path: [1], message: "Ann changed it" }], undo: [] });
    const former = record["title"];
    record = { ...record, title: change ? change.values.title : body.title, version: record.version + 1 } as RecordData;
    return Response.json(change ? { changed: 1, issues: [], undo: [{ id: 1, version: record.version, values: { title: former } }] } : record);
  }));
  return { now: () => record, elsewhere: () => (record = { ...record, title: "x", version: record.version + 1 }) };
}

function desk(server: { now: () => RecordData }) {
  const held: { save: Save | null } = { save: null };
  const store = { patch: () => undefined };
  const Page = () => {
    held.save = useSave("shop", entity, store);
    useUndoKey("shop", entity);
    return <input aria-label="text" />;
  };
  render(<Theme><Page /></Theme>);
  return (title: string) => act(() => held.save!(server.now(), { title }));
}

const undo = (target: Element = document.body) => fireEvent.keyDown(target, { key: "z", ctrlKey: true });

afterEach(() => {
  cleanup();
  forget();
  vi.unstubAllGlobals();
});

it("takes one edit back after the other", async () => {
  const server = serve();
  const write = desk(server);
  await write("b");
  await write("c");
  expect(await screen.findByText(/b → c/)).toBeTruthy();
  undo();
  await waitFor(() => expect(server.now()["title"]).toBe("b"));
  undo();
  await waitFor(() => expect(server.now()["title"]).toBe("a"));
});

it("leaves what somebody changed since, and the keys of a text", async () => {
  const server = serve();
  const write = desk(server);
  await write("b");
  server.elsewhere();
  expect(undo(screen.getByLabelText("text"))).toBe(true);
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(undo()).toBe(false);
  await screen.findByText(/Ann changed it/);
  expect(server.now()["title"]).toBe("x");
});
