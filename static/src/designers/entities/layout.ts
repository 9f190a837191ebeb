/** Places entities on a map: what is referred to stands left of what refers to it, lines cross as little as is cheap. */
import type { Entity } from "../../kernel/types";
import { short } from "../shape";

export interface Node {
  entity: Entity;
  x: number;
  y: number;
  height: number;
  fields: Entity["fields"];
}

export interface Line {
  key: string;
  from: string;
  to: string;
  label: Entity["label"];
  many: boolean;
  path: string;
}

export const width = 208;
const row = 26;
const head = 40;
const gapX = 96;
const gapY = 26;
const most = 6;

export function placed(entities: Entity[]): { nodes: Node[]; lines: Line[]; width: number; height: number } {
  const known = new Map(entities.map((entity) => [entity.name, entity]));
  const out = new Map(entities.map((entity) => [entity.name, [...new Set(entity.fields.filter((field) => field.type === "reference" && field.entity && known.has(short(field.entity)) && short(field.entity) !== entity.name).map((field) => short(field.entity!)))]]));
  const ranks = new Map<string, number>();
  const rank = (name: string, on: Set<string>): number => {
    const found = ranks.get(name);
    if (found !== undefined) return found;
    if (on.has(name)) return 0;
    on.add(name);
    const value = Math.max(-1, ...(out.get(name) ?? []).map((next) => rank(next, on))) + 1;
    on.delete(name);
    ranks.set(name, value);
    return value;
  };
  for (const entity of entities) rank(entity.name, new Set());
  const columns: Entity[][] = [];
  for (const entity of entities) (columns[ranks.get(entity.name)!] ??= []).push(entity);
  const order = new Map<string, number>();
  const settle = () => columns.forEach((list) => list?.forEach((entity, at) => order.set(entity.name, (at + 0.5) / list.length)));
  settle();
  for (let turn = 0; turn < 4; turn += 1) {
    for (const list of columns) list?.sort((a, b) => middle(a.name) - middle(b.name));
    settle();
  }
  function middle(name: string): number {
    const around = [...(out.get(name) ?? []), ...entities.filter((entity) => out.get(entity.name)?.includes(name)).map((entity) => entity.name)];
    return around.length ? around.reduce((sum, other) => sum + (order.get(other) ?? 0.5), 0) / around.length : (order.get(name) ?? 0.5);
  }
  const nodes: Node[] = [];
  let tallest = 0;
  const heights = columns.map((list) => (list ?? []).reduce((sum, entity) => sum + size(entity) + gapY, 0));
  tallest = Math.max(0, ...heights);
  columns.forEach((list, column) => {
    let y = 24 + (tallest - heights[column]!) / 2;
    for (const entity of list ?? []) {
      nodes.push({ entity, x: 24 + column * (width + gapX), y, height: size(entity), fields: shownFields(entity) });
      y += size(entity) + gapY;
    }
  });
  return { nodes, lines: drawn(nodes), width: 48 + columns.length * (width + gapX) - gapX, height: tallest + 48 };
}

const shownFields = (entity: Entity) => [...entity.fields].sort((a, b) => Number(b.type === "reference") - Number(a.type === "reference")).slice(0, most);
const size = (entity: Entity) => head + Math.min(most, entity.fields.length) * row + (entity.fields.length > most ? 22 : 6);

function drawn(nodes: Node[]): Line[] {
  const at = new Map(nodes.map((node) => [node.entity.name, node]));
  return nodes.flatMap((node) => node.entity.fields.filter((field) => field.type === "reference" && field.entity).flatMap((field): Line[] => {
    const to = at.get(short(field.entity!));
    if (!to) return [];
    const index = node.fields.findIndex((item) => item.name === field.name);
    const y = node.y + (index < 0 ? node.height - 10 : head + index * row + row / 2);
    const left = to.x < node.x;
    const [x1, x2] = left ? [node.x, to.x + width] : [node.x + width, to.x === node.x ? to.x + width : to.x];
    const y2 = to.y + head / 2;
    const pull = Math.max(40, Math.abs(x1 - x2) / 2);
    const path = to === node ? `M${x1} ${y} C${x1 + 46} ${y} ${x1 + 46} ${y2} ${x1} ${y2}` : `M${x1} ${y} C${x1 + (left ? -pull : pull)} ${y} ${x2 + (left ? pull : to.x === node.x ? pull : -pull)} ${y2} ${x2} ${y2}`;
    return [{ key: `${node.entity.name}.${field.name}`, from: node.entity.name, to: to.entity.name, label: field.label, many: !!field.multiple, path }];
  }));
}
