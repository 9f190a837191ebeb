/** Tiles on a grid of twelve columns: moving or resizing one pushes the others down, and everything falls up again. */
import type { Tile } from "../../kernel/types";

export const columns = 12;
export const rowHeight = 40;

export type Box = Pick<Tile, "x" | "y" | "width" | "height">;

const hit = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

export const clamped = (box: Box): Box => {
  const width = Math.max(2, Math.min(columns, box.width));
  return { width, height: Math.max(2, Math.min(40, box.height)), x: Math.max(0, Math.min(columns - width, box.x)), y: Math.max(0, box.y) };
};

/** The tiles with one of them put somewhere else. */
export function arranged(tiles: readonly Tile[], id: string, box: Box): Tile[] {
  const fixed = tiles.map((tile) => (tile.id === id ? { ...tile, ...clamped(box) } : tile));
  const first = fixed.find((tile) => tile.id === id);
  const order = fixed.filter((tile) => tile.id !== id).sort((a, b) => a.y - b.y || a.x - b.x);
  const set: Tile[] = first ? [first] : [];
  for (const tile of order) {
    let y = tile.y;
    for (let moved = true; moved; ) {
      const other = set.find((one) => hit({ ...tile, y }, one));
      moved = !!other;
      if (other) y = other.y + other.height;
    }
    set.push({ ...tile, y });
  }
  const fallen: Tile[] = [];
  for (const tile of set.sort((a, b) => a.y - b.y || a.x - b.x)) {
    let y = tile.y;
    while (y > 0 && !fallen.some((one) => hit({ ...tile, y: y - 1 }, one))) y -= 1;
    fallen.push({ ...tile, y });
  }
  return tiles.map((tile) => fallen.find((one) => one.id === tile.id) ?? tile);
}

/** The first free place for a box of this size. */
export function room(tiles: readonly Tile[], width: number, height: number): Box {
  for (let y = 0; ; y += 1) for (let x = 0; x + width <= columns; x += 1) if (!tiles.some((tile) => hit({ x, y, width, height }, tile))) return { x, y, width, height };
}
