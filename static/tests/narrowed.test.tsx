/** What a reference asks the server for: its own field where a record is filled in, nothing in filters. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Entity, Field, Metadata } from "../src/kernel/types";
import { Operand } from "../src/kit/ConditionBuilder";
import { PlaceContext } from "../src/kit/fields";
import LinesInput from "../src/kit/inputs/LinesInput";
import { PartsContext, type PartsValue } from "../src/kit/parts-context";
import { Theme } from "../src/kit/Theme";
import { fieldPart } from "../src/kinds/components/field";
import "../src/kinds/fields/index";

const asked: string[] = [];
beforeEach(() => {
  asked.length = 0;
  vi.stubGlobal("fetch", vi.fn(async (address: string) => {
    asked.push(decodeURIComponent(String(address)));
    return new Response(JSON.stringify({ items: [] }), { headers: { "Content-Type": "application/json" } });
  }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const car: Field = { name: "car", label: "Car", type: "reference", entity: "garage.car", access: "write" };
const legs: Field = { name: "legs", label: "Legs", type: "lines", entity: "fleet.leg", access: "write", fields: [car] };

const form = (entity: string) => (
  <PartsContext.Provider value={{ app: "fleet", metadata: {} as Metadata, entity: { name: entity, fields: [car] } as unknown as Entity, mode: "edit", fresh: true, values: {}, issues: [], context: {}, set: () => undefined } as unknown as PartsValue}>
    <fieldPart.Part component={{ id: "a", type: "field", field: "car" }} />
  </PartsContext.Provider>
);
const lines = <LinesInput field={legs} value={[{}]} onChange={() => undefined} />;
const condition = <Operand clause={{ field: "car", operator: "in", value: null }} field={car} onChange={() => undefined} />;

it.each([
  ["a form", "trip", form("trip"), "fleet.trip.car"],
  ["a form of another application's entity", "garage.stay", form("garage.stay"), "garage.stay.car"],
  ["a row of a sub-table", "trip", lines, "fleet.leg.car"],
  ["a filter", "trip", condition, null],
] as [string, string, ReactNode, string | null][])("asks in %s for what is to be offered there", async (_, entity, node, field) => {
  const { container } = render(<QueryClientProvider client={new QueryClient()}><Theme><PlaceContext.Provider value={{ application: "fleet", entity }}>{node}</PlaceContext.Provider></Theme></QueryClientProvider>);
  const cell = container.querySelector('[data-cell="0:0"]');
  if (cell) fireEvent.focus(cell);
  const box = await waitFor(() => {
    const found = container.querySelector("input[role=combobox]");
    expect(found).toBeTruthy();
    return found!;
  }, { timeout: 10_000 });
  if (!cell) fireEvent.mouseDown(box);
  await waitFor(() => expect(asked.length).toBeGreaterThan(0));
  const said = new URL(asked[0]!, "http://house").searchParams;
  expect(asked[0]).toContain("records/garage/car/lookup");
  expect(said.get("field")).toBe(field);
}, 20_000);

it("asks for the field of the row for names pasted into it", async () => {
  const { container } = render(<QueryClientProvider client={new QueryClient()}><Theme><PlaceContext.Provider value={{ application: "fleet", entity: "trip" }}>{lines}</PlaceContext.Provider></Theme></QueryClientProvider>);
  fireEvent.focus(container.querySelector('[data-cell="0:0"]')!);
  fireEvent.paste(container.querySelector(".lines")!, { clipboardData: { getData: () => "A 1\nB 2\n" } });
  await waitFor(() => expect(asked.filter((one) => /search=[AB]/.test(one)).map((one) => new URL(one, "http://house").searchParams.get("field"))).toEqual(["fleet.leg.car", "fleet.leg.car"]));
});
