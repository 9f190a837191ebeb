/** The groups of a menu. */
import { expect, it } from "vitest";
import type { MenuItem } from "../../kernel/types";
import { groups } from "./groups";

const entry = (id: string) => ({ id, label: id, view: id });

it("an entry after a group of its own entries stands for itself, and asking again says the same", () => {
  const menu: MenuItem[] = [entry("a"), { id: "g", label: "G", items: [entry("b")] }, entry("c"), { id: "t", label: "T" }, entry("d")];
  const said = () => groups(menu).map(({ title, items }) => [title?.id ?? "", ...items.map((item) => item.id)]);
  const wanted = [["", "a"], ["g", "b"], ["", "c"], ["t", "d"]];
  expect(said()).toEqual(wanted);
  expect(said()).toEqual(wanted);
  expect(menu[1]!.items).toHaveLength(1);
});
