/** Shelves: what may stand where, and what a drag or a key changes. */
import { expect, it } from "vitest";
import type { Json } from "../../kernel/types";
import { chartKinds } from "../../kit/charts/contract";
import { ways } from "../../kit/charts/colours";
import "../../kinds/charts/index";
import cases from "../../../../tests/cases/charts.json";
import { proposed, put, refused, taken, usual } from "./shelves";

const dated = new Set(["day"]);
const report = { dataset: "d", rows: [{ dimension: "area" }], measures: ["sum", "count"], order: [{ by: "sum" }] };

it("puts things where they may stand, and says why not elsewhere", () => {
  expect(put(report, { sort: "dimension", name: "day" }, "color", 0, dated)).toEqual({ color: [{ dimension: "day", grain: "month" }] });
  expect(refused(report, { sort: "dimension", name: "area" }, "columns")).toEqual({ why: "twice", shelf: "rows" });
  expect(refused(report, { sort: "measure", name: "sum" }, "rows").why).toBe("only_dimensions");
  expect(refused(report, { sort: "dimension", name: "area" }, "measures").why).toBe("only_measures");
  expect(refused(report, { sort: "measure", name: "sum" }, "measures").why).toBe("twice");
  expect(put(report, { sort: "measure", name: "sum" }, "rows", 0, dated)).toEqual({});
});

it("lets time stand twice at other grains", () => {
  const timed = { ...report, rows: [{ dimension: "day", grain: "weekday" }], measures: ["sum"] };
  const next = { ...timed, ...put(timed, { sort: "dimension", name: "day" }, "columns", 0, dated) };
  expect(next).toMatchObject({ columns: [{ dimension: "day", grain: "month" }] });
  expect(proposed({ ...timed, columns: [{ dimension: "day", grain: "hour" }] })).toBe("heat_map");
});

it("moves within a shelf, to another, and takes away with what hangs on it", () => {
  expect(put(report, { sort: "measure", name: "count", from: { shelf: "measures", at: 1 } }, "measures", 0, dated)).toEqual({ measures: ["count", "sum"] });
  expect(put(report, { sort: "dimension", name: "area", from: { shelf: "rows", at: 0 } }, "columns", 0, dated)).toEqual({ rows: [], columns: [{ dimension: "area" }] });
  expect(put(report, { sort: "dimension", name: "area", from: { shelf: "rows", at: 0 } }, "filters", 0, dated)).toEqual({ filters: [{ dimension: "area" }] });
  expect(taken(report, "measures", 0)).toEqual({ measures: ["count"], order: undefined });
  expect(taken(report, "rows", 0)).toEqual({ rows: [], order: undefined });
});

it("proposes a chart that fits whatever is there, and a click finds its shelf", () => {
  const axes: Json[] = [{ dimension: "area" }, { dimension: "day", grain: "month" }, { dimension: "day", grain: "hour" }];
  for (const rows of [[], ...axes.map((axis) => [axis]), axes.slice(0, 2)])
    for (const columns of [[], [axes[0]!]])
      for (const measures of [["a"], ["a", "b"], ["a", "b", "c"]]) {
        const kind = proposed({ rows, columns, measures });
        expect(chartKinds().find((one) => one.kind === kind)?.unfit({ rows: rows.length, series: columns.length, measures: measures.length })).toBe("");
      }
  expect(usual(report, { sort: "dimension", name: "day" })).toBe("color");
  expect(usual({ measures: [] }, { sort: "dimension", name: "day" })).toBe("rows");
});

it("agrees with the server on which chart draws what", () => {
  for (const [kind, fits] of Object.entries(cases as unknown as Record<string, [number, number, number][]>)) {
    const known = chartKinds().find((one) => one.kind === kind)!;
    for (let rows = 0; rows < 4; rows += 1)
      for (let series = 0; series < 3; series += 1)
        for (let measures = 0; measures < 5; measures += 1) {
          const wanted = fits.some((one) => one.join() === [rows, series, measures].join());
          expect([kind, rows, series, measures, known.unfit({ rows, series, measures }) === ""]).toEqual([kind, rows, series, measures, wanted]);
        }
  }
  expect(chartKinds().map((one) => one.kind).sort()).toEqual(Object.keys(cases).sort());
});

/** Machado, Oliveira and Fernandes 2009, severity 1. */
const sights: Record<string, number[][]> = {
  all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protan: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deutan: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritan: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};

function lab(hex: string, sight: number[][]): number[] {
  const linear = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  const [r, g, b] = sight.map((line) => Math.max(0, Math.min(1, line.reduce((sum, weight, at) => sum + weight * linear[at]!, 0)))) as [number, number, number];
  const f = (value: number) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116);
  const [x, y, z] = [f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047), f(0.2126 * r + 0.7152 * g + 0.0722 * b), f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883)];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

it("has colours that nobody mixes up, the first six above all", () => {
  for (const [theme, colours] of Object.entries(ways))
    for (const [name, sight] of Object.entries(sights))
      colours.slice(0, 6).forEach((one, at) => colours.slice(0, at).forEach((other) => {
        const [a, b] = [lab(one, sight), lab(other, sight)];
        expect([theme, name, one, other, Math.hypot(...a.map((value, index) => value - b[index]!)) > 10]).toEqual([theme, name, one, other, true]);
      }));
});
