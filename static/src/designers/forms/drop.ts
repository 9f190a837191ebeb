/** Where a dragged thing would land: the part under the pointer, before, after or inside it, and the line that shows it. */
import type { Component } from "../../kernel/types";
import { find, fits, flat, isContainer, standing, type Spot } from "../parts";

export interface Drop {
  spot: Spot | null;
  /** The line in the window's coordinates; a box while an empty container takes it. */
  line: { left: number; top: number; width: number; height: number };
  /** Key of the text that says why not. */
  why?: string;
}

const edge = 9;

export function dropAt(canvas: HTMLElement, x: number, y: number, components: readonly Component[], type: string, dragged: string | null): Drop | null {
  const frame = canvas.getBoundingClientRect();
  if (x < frame.left - 24 || x > frame.right + 24 || y < frame.top - 8 || y > frame.bottom + 24) return null;
  const moved = dragged ? find(components, dragged) : undefined;
  const own = new Set(moved ? flat([moved]).map((item) => item.id) : []);
  const under = document.elementsFromPoint(x, y).map((element) => element.closest<HTMLElement>("[data-part]")).find((element) => element && canvas.contains(element) && !own.has(element.dataset["part"]!));
  let hit = under?.dataset["part"] ?? "";
  while (hit) {
    const part = find(components, hit);
    const box = boxOf(canvas, hit);
    if (!part || !box) break;
    if (isContainer(part.type)) {
      const near = y - box.top < edge || box.bottom - y < edge;
      if (!near && fits(type, part)) return inside(canvas, components, part, x, y, own);
      if (!near && part.type === "tabs" && type !== "tab") {
        const shown = (part.components ?? []).find((tab) => boxOf(canvas, tab.id));
        if (shown && fits(type, shown)) return inside(canvas, components, shown, x, y, own);
      }
    }
    const beside = next(canvas, components, hit, x, y, type);
    if (beside) return beside;
    hit = standing(components, hit)?.parent ?? "";
  }
  if (fits(type, undefined)) return among(canvas, components, "", components, x, y, own, frame);
  return { spot: null, line: { left: frame.left, top: y, width: frame.width, height: 2 }, why: "form.only_in_tabs" };
}

const boxOf = (canvas: HTMLElement, id: string) => canvas.querySelector<HTMLElement>(`[data-part="${CSS.escape(id)}"]`)?.getBoundingClientRect();

function inside(canvas: HTMLElement, components: readonly Component[], container: Component, x: number, y: number, own: Set<string>): Drop | null {
  const box = boxOf(canvas, container.id);
  return box ? among(canvas, components, container.id, container.components ?? [], x, y, own, box) : null;
}

/** Between the children of a container: beside the nearest of them. */
function among(canvas: HTMLElement, components: readonly Component[], parent: string, children: readonly Component[], x: number, y: number, own: Set<string>, box: DOMRect): Drop {
  let best: { id: string; distance: number } | null = null;
  for (const child of children) {
    if (own.has(child.id)) continue;
    const rect = boxOf(canvas, child.id);
    if (!rect) continue;
    const dx = Math.max(rect.left - x, 0, x - rect.right);
    const dy = Math.max(rect.top - y, 0, y - rect.bottom);
    const distance = Math.hypot(dx, dy * 1.6);
    if (!best || distance < best.distance) best = { id: child.id, distance };
  }
  const beside = best && next(canvas, components, best.id, x, y, "");
  return beside ?? { spot: { parent, index: children.length }, line: { left: box.left + 6, top: box.top + (children.length ? box.height - 4 : 6), width: box.width - 12, height: children.length ? 3 : Math.max(3, box.height - 12) } };
}

/** Before or after one part: left and right where parts stand side by side, else above and below. */
function next(canvas: HTMLElement, components: readonly Component[], id: string, x: number, y: number, type: string): Drop | null {
  const at = standing(components, id);
  const rect = boxOf(canvas, id);
  if (!at || !rect) return null;
  const parent = at.parent ? find(components, at.parent) : undefined;
  if (type && !fits(type, parent)) return null;
  const around = (at.parent ? boxOf(canvas, at.parent) : canvas.getBoundingClientRect()) ?? rect;
  const full = rect.width > around.width * 0.72;
  const after = full ? y > rect.top + rect.height / 2 : x > rect.left + rect.width / 2;
  const line = full
    ? { left: rect.left, top: (after ? rect.bottom + 6 : rect.top - 8) - 1, width: rect.width, height: 3 }
    : { left: (after ? rect.right + 10 : rect.left - 12) - 1, top: rect.top, width: 3, height: rect.height };
  return { spot: { parent: at.parent, index: at.index + (after ? 1 : 0) }, line };
}
