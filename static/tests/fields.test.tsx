/** Every field kind draws a cell and an editor, and reads back what it writes where it can be pasted. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Field, Value } from "../src/kernel/types";
import { fieldKind, fieldKinds } from "../src/kit/fields";
import { Theme } from "../src/kit/Theme";
import "../src/kinds/fields/index";

afterEach(cleanup);

const samples: Record<string, Value> = {
  text: "abc", long_text: "a\nb", rich_text: "<p>hello</p><script>alert(1)</script>", integer: 1234, decimal: "1.50", money: "1234.50", percent: "0.1250", rating: 4, boolean: true, date: "2026-11-22", datetime: "2026-11-22T02:30:00Z", time: "10:30", duration: 5400, choice: "a", cascade: "b", phone: "13812345678", email: "a@b.cn", url: "https://example.com", id_card: "11010119900307451X",
  address: { province: "P", city: "C", district: "D", detail: "1" }, location: { lat: 31.2, lng: 121.4 }, file: [{ id: 1, name: "a.pdf", size: 9, type: "" }], image: [{ id: 1, name: "a.png", size: 9, type: "" }], signature: [{ id: 1, name: "s.png", size: 9, type: "" }], user: { id: 1, label: "Ann" }, department: { id: 1, label: "Ops" }, reference: { id: 1, label: "Thing" }, lines: [{ id: 1, version: 1 }],
  segment: "a", sequence: "N-1", formula: "9", lookup: "9", rollup: "9", measure: "9", created_at: "2026-11-22T02:30:00Z", changed_at: "2026-11-22T02:30:00Z", created_by: { id: 1, label: "Ann" }, changed_by: { id: 1, label: "Ann" },
};
const field = (type: string): Field => ({ name: "f", label: "F", type, access: "write", options: [{ value: "a", label: "A", children: [{ value: "b", label: "B" }] }], fields: [], result: "text" });
const around = (node: React.ReactNode) => render(<QueryClientProvider client={new QueryClient()}><Theme>{node}</Theme></QueryClientProvider>);

it("has a file for each sample and a sample for each file", () => expect(fieldKinds().map((kind) => kind.kind).sort()).toEqual(Object.keys(samples).sort()));

describe.each(fieldKinds().map((kind) => [kind.kind, kind] as const))("%s", (name, kind) => {
  it("draws its value, a blank one, and its page form", () => {
    const Show = kind.Show ?? kind.Cell;
    for (const value of [samples[name]!, null]) {
      const { unmount } = around(<><kind.Cell value={value} field={field(name)} /><Show value={value} field={field(name)} /></>);
      unmount();
    }
    expect(kind.text(samples[name]!, field(name))).not.toContain("[object");
  });
  it("draws its editor", { timeout: 20_000 }, async () => {
    if (!kind.Input || name === "rich_text" || name === "signature") return;
    const { container } = around(<kind.Input id="e" field={field(name)} value={samples[name]!} onChange={() => undefined} />);
    await waitFor(() => expect(container.querySelector("input, textarea, button, canvas, .ant-select, .lines")).not.toBeNull(), { timeout: 15_000 });
  });
  it("reads what it wrote", () => {
    if (!kind.parse || ["datetime", "date", "phone"].includes(name)) return;
    expect(kind.parse("", field(name)) ?? null).toBeNull();
    if (name !== "boolean") expect(String(kind.parse(kind.text(samples[name]!, field(name)), field(name)))).toBe(name === "percent" ? "0.125" : name === "long_text" ? "a\nb" : String(samples[name]));
  });
});

it("never runs what is in rich text", () => {
  const Show = fieldKind("rich_text").Show!;
  const { container } = around(<Show value={'<p onclick="x()">a</p><script>alert(1)</script><img src=x onerror=y><a href="javascript:z">b</a>'} field={field("rich_text")} />);
  expect(container.querySelector(".prose")!.innerHTML).toBe("<p>a</p><a>b</a>");
});

it("types text and finishes with Enter", async () => {
  const [change, done] = [vi.fn(), vi.fn()];
  const Input = fieldKind("text").Input!;
  around(<Input field={field("text")} value="x" onChange={change} onDone={done} />);
  await userEvent.type(await screen.findByRole("textbox"), "y{Enter}");
  expect(change).toHaveBeenCalledWith("xy");
  expect(done).toHaveBeenCalled();
});
