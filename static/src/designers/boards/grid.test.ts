/** Boards: tiles never overlap, whatever is done to one of them. */
import { expect, it } from "vitest";
import type { Tile } from "../../kernel/types";
import { arranged, room } from "./grid";

const tile = (id: string, x: number, y: number, width = 6, height = 4): Tile => ({ id, report: id, title: "", x, y, width, height });
const apart = (tiles: Tile[]) => tiles.every((a) => tiles.every((b) => a.id === b.id || a.x >= b.x + b.width || b.x >= a.x + a.width || a.y >= b.y + b.height || b.y >= a.y + a.height));

it("pushes others down and lets them fall up again", () => {
  const tiles = [tile("a", 0, 0), tile("b", 6, 0), tile("c", 0, 4)];
  const wider = arranged(tiles, "a", { x: 0, y: 0, width: 12, height: 4 });
  expect(apart(wider)).toBe(true);
  expect(wider.find((item) => item.id === "b")).toMatchObject({ x: 6, y: 4 });
  expect(arranged(wider, "a", { x: 0, y: 0, width: 6, height: 4 }).find((item) => item.id === "b")).toMatchObject({ x: 6, y: 0 });
});

it("keeps tiles inside and apart for many moves", () => {
  let tiles = ["a", "b", "c", "d", "e"].map((id, at) => tile(id, (at % 2) * 6, Math.floor(at / 2) * 4));
  let seed = 7;
  const next = (limit: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % limit;
  for (let turn = 0; turn < 200; turn += 1) {
    tiles = arranged(tiles, "abcde"[next(5)]!, { x: next(14) - 1, y: next(12), width: 1 + next(13), height: 1 + next(8) });
    expect(apart(tiles)).toBe(true);
    expect(tiles.every((item) => item.x >= 0 && item.x + item.width <= 12 && item.y >= 0)).toBe(true);
  }
});

it("finds room beside what is there", () => {
  expect(room([tile("a", 0, 0)], 6, 4)).toEqual({ x: 6, y: 0, width: 6, height: 4 });
});
