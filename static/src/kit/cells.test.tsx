/** References as people read them: by name, as a link, or as something they may not see. */
import { render, screen } from "@testing-library/react";
import { beforeAll, expect, it, vi } from "vitest";
import { start, t } from "../kernel/i18n";
import type { Field, Value } from "../kernel/types";
import { Links, Still } from "./cells";
import { PlaceContext } from "./fields";

const field: Field = { name: "folder", label: "", type: "reference", access: "read" };

beforeAll(() => start("en"));

it("links a record by its name, one without a name by words that say so, and shows a lock for one its reader may not see", () => {
  const open = vi.fn();
  const value = [{ id: 1, label: "Attic" }, { id: 2, label: null }, { id: 3, label: "" }] as unknown as Value;
  render(
    <PlaceContext.Provider value={{ application: "desk", entity: "note", open }}>
      <Links value={value} field={field} target={() => ["desk", "folder"]} />
    </PlaceContext.Provider>,
  );
  screen.getByRole("button", { name: "Attic" }).click();
  expect(open).toHaveBeenCalledExactlyOnceWith("desk", "folder", 1);
  screen.getByRole("button", { name: t("record.untitled") }).click();
  expect(open).toHaveBeenLastCalledWith("desk", "folder", 3);
  expect(screen.getAllByRole("button")).toHaveLength(2);
  expect(screen.getByTitle(t("field.masked"))).toBeTruthy();
});

it("shows a lock beside a value that no longer moves, and none beside one that does", () => {
  const record = { id: 1, version: 1, actual: "5", later: "6", _still: { actual: "2026-10-07T04:00:00Z" } };
  const { container } = render(<><Still record={record} name="actual" /><Still record={record} name="later" /></>);
  expect(container.querySelectorAll("svg")).toHaveLength(1);
  expect(container.querySelector("[title]")?.getAttribute("title")).toContain(t("measured.still", { when: "" }).trim());
});
