/** The changes a grid, its keys and its menus make to a decision table; each is one step that undo takes back. */
import type { Command } from "../../kernel/document";
import type { Json, Label, Option } from "../../kernel/types";
import type { Doc, Draft } from "../draft";
import { free } from "../shape";

export interface Row {
  id: string;
  when?: { [input: string]: string };
  then?: { [output: string]: string };
  note?: string;
  since?: string;
  until?: string;
}
export interface Input {
  id: string;
  label?: Label;
  expression?: string;
}
export interface Output {
  id: string;
  name: string;
  label?: Label;
  type?: string;
  values?: Option[];
  default?: string;
}
export interface Parameter {
  id: string;
  name: string;
  label?: Label;
  type?: string;
}
export interface Test {
  id: string;
  label?: string;
  on?: string;
  given?: { [key: string]: Json };
  expected?: Json;
}

const items = (table: Doc, key: string): Doc[] => (Array.isArray(table[key]) ? (table[key] as Doc[]) : []);

/** As the server numbers them: what has no id gets the first free number. */
function numbered<T extends { id: string }>(list: Doc[], word: string): T[] {
  const known = new Set(list.map((item) => String(item["id"] ?? "")));
  let number = 0;
  return list.map((item) => {
    let id = String(item["id"] ?? "");
    while (!id) {
      number += 1;
      if (!known.has(`${word}_${number}`)) id = `${word}_${number}`;
    }
    known.add(id);
    return { ...item, id } as unknown as T;
  });
}

export const rowsOf = (table: Doc): Row[] => numbered(items(table, "rows"), "row");
export const testsOf = (table: Doc): Test[] => numbered(items(table, "tests"), "test");
export const inputsOf = (table: Doc): Input[] => items(table, "inputs") as unknown as Input[];
export const outputsOf = (table: Doc): Output[] => items(table, "outputs").map((item) => ({ ...item, id: String(item["id"] || item["name"]) }) as unknown as Output);
export const parametersOf = (table: Doc): Parameter[] => items(table, "parameters").map((item) => ({ ...item, id: String(item["id"] || item["name"]) }) as unknown as Parameter);

const lean = <T extends object>(item: T): Doc => Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined && value !== "" && !(value && typeof value === "object" && !Array.isArray(value) && !Object.keys(value as object).length))) as Doc;

/** Runs changes of one table as one step. */
export class Deeds {
  constructor(private readonly draft: Draft, readonly id: string) {}

  private get table(): Doc {
    return this.draft.book["decision_table"]![this.id]!;
  }

  run(values: { [key: string]: Json | undefined }, label = "design.step_change", merge?: string) {
    const patches: Command["patches"] = Object.entries(values).map(([key, value]) => (value === undefined ? { do: "remove" as const, path: ["decision_table", this.id, key] } : { do: "set" as const, path: ["decision_table", this.id, key], value }));
    this.draft.run({ label, patches, ...(merge ? { merge: `${this.id} ${merge}` } : {}) });
  }

  rows(next: readonly Row[], label?: string) {
    this.run({ rows: next.map((row) => lean({ ...row, when: row.when && lean(row.when), then: row.then && lean(row.then) })) as Json }, label);
  }

  private fresh(rows: readonly Row[], taken: string[] = []): string {
    return free([...rows.map((row) => row.id), ...taken], `row_${rows.length + taken.length + 1}`);
  }

  insert(at: number, copy?: Row): string {
    const rows = rowsOf(this.table);
    const id = this.fresh(rows);
    const next = [...rows];
    next.splice(at, 0, { ...copy, id });
    this.rows(next, copy ? "design.step_paste" : "design.step_add");
    return id;
  }

  remove(from: number, to = from) {
    this.rows(rowsOf(this.table).filter((_, at) => at < from || at > to), "design.step_remove");
  }

  move(from: number, to: number) {
    const next = rowsOf(this.table);
    const [row] = next.splice(from, 1);
    if (!row || to < 0 || to > next.length) return;
    next.splice(to, 0, row);
    this.rows(next, "design.step_move");
  }

  /** Puts texts into cells, at once; rows beyond the last are made. `defaults` go to the outputs. */
  put(cells: readonly { row: number; key: string; part: "when" | "then" | "row"; text: string }[], defaults: { [output: string]: string } = {}, label?: string) {
    const rows = rowsOf(this.table);
    for (const { row, key, part, text } of cells) {
      while (rows.length <= row) rows.push({ id: this.fresh(rows) });
      const here = rows[row]!;
      rows[row] = part === "row" ? { ...here, [key]: text } : { ...here, [part]: { ...here[part], [key]: text } };
    }
    const values: { [key: string]: Json } = {};
    if (cells.length) values["rows"] = rows.map((row) => lean({ ...row, when: row.when && lean(row.when), then: row.then && lean(row.then) })) as Json;
    if (Object.keys(defaults).length) values["outputs"] = outputsOf(this.table).map((item) => (item.id in defaults ? lean({ ...item, default: defaults[item.id] }) : (item as unknown as Doc))) as Json;
    this.run(values, label);
  }

  input(id: string, next: Partial<Input>, merge?: string) {
    this.run({ inputs: inputsOf(this.table).map((item) => (item.id === id ? { ...item, ...next } : item)) as unknown as Json }, "design.step_change", merge && `${id} ${merge}`);
  }

  output(id: string, next: Partial<Output>, merge?: string) {
    this.run({ outputs: outputsOf(this.table).map((item) => (item.id === id ? lean({ ...item, ...next }) : (item as unknown as Doc))) as Json }, "design.step_change", merge && `${id} ${merge}`);
  }

  addInput(label: Label, expression: string): string {
    const inputs = inputsOf(this.table);
    const id = free(inputs.map((item) => item.id), /^\{([a-z0-9_]+)\}$/.exec(expression)?.[1] ?? `input_${inputs.length + 1}`);
    this.run({ inputs: [...inputs, { id, label: label as Json, expression }] as unknown as Json }, "design.step_add");
    return id;
  }

  addOutput(label: string): string {
    const outputs = outputsOf(this.table);
    const name = free(outputs.flatMap((item) => [item.id, item.name]), `result_${outputs.length + 1}`);
    this.run({ outputs: [...outputs, { name, label, type: "text" }] as unknown as Json }, "design.step_add");
    return name;
  }

  /** A column goes, with its cells. */
  drop(part: "inputs" | "outputs", id: string) {
    const cells = part === "inputs" ? "when" : "then";
    const rows = rowsOf(this.table).map((row) => ({ ...row, [cells]: Object.fromEntries(Object.entries(row[cells] ?? {}).filter(([key]) => key !== id)) }));
    const left = part === "inputs" ? inputsOf(this.table) : outputsOf(this.table);
    this.run({ [part]: left.filter((item) => item.id !== id) as unknown as Json, rows: rows.map((row) => lean({ ...row, when: row.when && lean(row.when), then: row.then && lean(row.then) })) as Json }, "design.step_remove");
  }

  shift(part: "inputs" | "outputs", id: string, way: -1 | 1) {
    const list = [...(part === "inputs" ? inputsOf(this.table) : outputsOf(this.table))];
    const at = list.findIndex((item) => item.id === id);
    if (at + way < 0 || at + way >= list.length) return;
    list.splice(at + way, 0, list.splice(at, 1)[0]! as never);
    this.run({ [part]: list as unknown as Json }, "design.step_move");
  }

  tests(next: readonly Test[], label?: string) {
    this.run({ tests: next.length ? (next as unknown as Json) : undefined }, label);
  }
}
