/** Which names of points are shown: those for which there is room, the largest first; the others are told when pointed at. */

interface Points {
  x?: unknown[];
  y?: unknown[];
  text?: unknown[];
  marker?: { size?: number | number[] };
}

export interface Named {
  /** Above or below its point, one for each. */
  textposition: string[];
  shown: boolean[];
}

const line = 15;
const wide = (name: string) => [...name].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e80 ? 11 : 6.5), 4);
const spread = (values: number[]): [number, number] => {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const more = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - more, high + more];
};

/** The names of the points of several traces on a ground of `width` by `height` pixels. */
export function named(traces: readonly Points[], width: number, height: number): Named[] {
  const all = traces.flatMap((trace, of) => (trace.x ?? []).map((x, index) => {
    const size = trace.marker?.size;
    return { of, index, x: Number(x), y: Number(trace.y?.[index]), size: Array.isArray(size) ? (size[index] ?? 10) : (size ?? 10), name: String(trace.text?.[index] ?? "") };
  }));
  const found = traces.map((trace): Named => ({ textposition: (trace.x ?? []).map(() => "top center"), shown: (trace.x ?? []).map(() => false) }));
  const points = all.filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
  if (!points.length) return found;
  const [left, right] = spread(points.map((point) => point.x));
  const [low, high] = spread(points.map((point) => point.y));
  const taken: [number, number, number, number][] = [];
  for (const point of [...points].sort((a, b) => b.size - a.size)) {
    const [x, y] = [((point.x - left) / (right - left)) * width, ((high - point.y) / (high - low)) * height];
    const half = wide(point.name) / 2;
    for (const [where, top] of [["top center", y - point.size / 2 - line], ["bottom center", y + point.size / 2]] as const) {
      const box: [number, number, number, number] = [x - half, top, x + half, top + line];
      if (taken.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) continue;
      taken.push(box);
      found[point.of]!.textposition[point.index] = where;
      found[point.of]!.shown[point.index] = true;
      break;
    }
  }
  return found;
}
