/** The counter of text messages and what stands between the places. */
import { expect, it } from "vitest";
import { bare, counted } from "./fields";

it("counts as the server does", () => {
  for (const [text, said] of [["", [0, 0]], ["a".repeat(160), [160, 1]], ["a".repeat(161), [161, 2]], ["a".repeat(307), [307, 3]], ["好".repeat(70), [70, 1]], ["好".repeat(71), [71, 2]], ["好".repeat(135), [135, 3]], ["😀".repeat(35), [70, 1]], ["😀".repeat(36), [72, 2]]] as const) expect(counted(text)).toEqual(said);
});

it("takes the places out", () => {
  expect(bare("您好 {name}，{TEXT({due}, \"M/D\")} {{x}} 到期")).toBe("您好 ， {x} 到期");
});
