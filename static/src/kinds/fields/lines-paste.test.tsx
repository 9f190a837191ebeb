/** Rows pasted from a sheet into a sub-table find the records they name. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, it, vi } from "vitest";
import type { Field, Value } from "../../kernel/types";
import "./index";
import { PlaceContext } from "../../kit/fields";
import { Theme } from "../../kit/Theme";
import LinesInput from "../../kit/inputs/LinesInput";

afterEach(cleanup);

const field = { name: "rows", label: "Rows", type: "lines", access: "write", fields: [
  { name: "what", label: "What", type: "reference", entity: "thing", access: "write" }, { name: "count", label: "Count", type: "integer", access: "write" },
] } as unknown as Field;
const things = [{ id: 1, label: "Oil" }, { id: 2, label: "Tea" }, { id: 3, label: "Tea" }, { id: 4, label: "Green oil" }];

it("puts in the one record called so and tells which names it found none for", async () => {
  const find = vi.fn(async (_: Field, search: string) => things.filter((item) => item.label.toLowerCase().includes(search.toLowerCase())));
  const told: Value[] = [];
  const Page = () => {
    const [value, setValue] = useState<Value>([{}]);
    told.push(value);
    return <LinesInput field={field} value={value} onChange={setValue} />;
  };
  const { container } = render(<QueryClientProvider client={new QueryClient()}><Theme><PlaceContext.Provider value={{ application: "a", entity: "b", find }}><Page /></PlaceContext.Provider></Theme></QueryClientProvider>);
  fireEvent.focus(container.querySelector('[data-cell="0:0"]')!);
  fireEvent.click(container.querySelector('[data-cell="0:0"]')!);
  fireEvent.paste(container.querySelector(".lines")!, { clipboardData: { getData: () => "Oil\t2\nTea\t3\nNothing\t4\n" } });
  await waitFor(() => expect(told.at(-1)).toEqual([{ what: { id: 1, label: "Oil" }, count: 2 }, { count: 3 }, { count: 4 }]));
  expect(await screen.findByText(/Tea.*Nothing/)).toBeTruthy();
});
