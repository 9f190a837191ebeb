/** A reference in a list: by name, or as something its reader may not know of. */
import { render, screen } from "@testing-library/react";
import { beforeAll, expect, it } from "vitest";
import { start, t } from "../../kernel/i18n";
import type { Field, Value } from "../../kernel/types";
import { reference } from "./reference";

const field: Field = { name: "folder", label: "", type: "reference", access: "read" };
const { Cell } = reference;

beforeAll(() => start("en"));

it("is blank where there is none, a lock where its record may not be seen, words where that has no title, and a name else", () => {
  const { rerender, container } = render(<Cell value={null} field={field} />);
  expect(container.textContent).toBe("");
  rerender(<Cell value={{ id: 2, label: null } as unknown as Value} field={field} />);
  expect(screen.getByTitle(t("field.masked"))).toBeTruthy();
  rerender(<Cell value={{ id: 3, label: "" } as unknown as Value} field={field} />);
  expect(container.textContent).toBe(t("record.untitled"));
  rerender(<Cell value={{ id: 1, label: "Attic" } as unknown as Value} field={field} />);
  expect(container.textContent).toBe("Attic");
});
