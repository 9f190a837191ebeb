/** Runs the shared cases, the same that the server runs in Python and as SQL. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evaluate } from "./evaluate";

interface Case {
  text: string;
  record: string;
  ast: unknown;
  expected: unknown;
  issue?: string;
  zone?: string;
}

const folder = join(__dirname, "../../../../tests/cases");
const context = { now: "2026-11-22T03:00:00Z", me: 7, my_department: 3, my_departments: [3, 4, 5] };

for (const file of readdirSync(folder).filter((name) => /^expressions_.*\.json$/.test(name))) {
  const { records, cases } = JSON.parse(readFileSync(join(folder, file), "utf8")) as { records: Record<string, Record<string, unknown>>; cases: Case[] };
  describe(file, () => {
    it.each(cases.map((each) => [`${each.record} ${each.text}`, each] as const))("%s", (_name, each) => {
      const issues: string[] = [];
      const found = evaluate(each.ast, records[each.record] ?? {}, { ...context, zone: each.zone ?? "Asia/Shanghai", issues });
      expect(found).toEqual(each.expected);
      expect(issues).toEqual(each.issue ? [each.issue] : []);
    });
  });
}
