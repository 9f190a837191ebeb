/** What is known of a table's columns: their types, the words of their values, and issues by cell. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { post } from "../../kernel/api";
import { entityOf } from "../../kernel/metadata";
import { pick, t } from "../../kernel/i18n";
import type { Entity, Field } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { useBook, useDesign } from "../context";
import type { Doc, Placed } from "../draft";
import { askable, choicePath, labelPath, spoken, withLabels, withNames, type Spoken } from "../inspector/words";
import type { Checked } from "../inspector/Condition";
import { metadataOf, short } from "../shape";
import type { Words } from "./cells";
import { inputsOf, outputsOf, parametersOf, type Input, type Output } from "./deeds";

export interface Column {
  part: "when" | "then" | "row";
  id: string;
  label: string;
  words: Words;
  /** What an input looks at, in words. */
  says: string;
  input?: Input;
  output?: Output;
}

const plain: Record<string, string> = { integer: "number", decimal: "number", money: "number", percent: "number", rating: "number", duration: "number", date: "date", datetime: "datetime", created_at: "datetime", changed_at: "datetime", time: "time", boolean: "boolean" };
const kindOf = (field: Field): string => {
  const [kind, as] = effective(field);
  return as.options?.length || as.type === "choice" ? (field.multiple ? "texts" : "text") : (plain[kind.kind] ?? (["reference", "user", "department"].includes(field.type) ? "record" : "text"));
};
const said = (type: string) => (/^(number|real|integer)/.test(type) ? "number" : (/^(texts|text|boolean|datetime|date|time)/.exec(type)?.[1] ?? ""));

export interface Known {
  entity: Entity | undefined;
  labels: (text: string) => string;
  names: (text: string) => string;
  columns: Column[];
}

/** The columns of a table with the words of their cells. */
export function useColumns(table: Doc, dated: boolean): Known {
  const { app } = useDesign();
  const metadata = metadataOf(app, useBook());
  const entity = entityOf(metadata, short(String(table["entity"] ?? "")));
  const inputs = inputsOf(table);
  const fields = useMemo(() => (entity ? askable(metadata, entity) : []), [metadata, entity]);
  const parameters = parametersOf(table);
  const path = (text: string) => /^\{([a-z0-9_.]+)\}$/.exec(text.trim())?.[1] ?? "";
  const unknown = inputs.map((item) => (entity && item.expression && !fields.some(({ field }) => field.name === path(item.expression!)) ? item.expression : ""));
  const asked = useQueries({ queries: unknown.map((text) => ({ queryKey: ["check", app, entity?.name, text], enabled: !!text, staleTime: 15_000, retry: 1, queryFn: () => post<Checked>(`designer/${app}/check`, { text, entity: entity?.name }) })) });
  const types = asked.map((item) => item.data?.type ?? "");
  return useMemo(() => {
    const swap = (text: string, from: (one: { name: string; label: string }) => string, to: (one: { name: string; label: string }) => string) => text.replace(/\{([^{}]+)\}/g, (all, word: string) => {
      const found = parameters.map((item) => ({ name: item.name, label: pick(item.label, item.name) })).find((item) => from(item) === word.trim());
      return found ? `{${to(found)}}` : all;
    });
    const labels = entity ? (text: string) => withLabels(text, metadata, entity) : (text: string) => swap(text, (item) => item.name, (item) => item.label);
    const names = entity ? (text: string) => withNames(text, metadata, entity) : (text: string) => swap(text, (item) => item.label, (item) => item.name);
    const columns: Column[] = inputs.map((item, at): Column => {
      const field = fields.find(({ field: one }) => one.name === path(item.expression ?? ""))?.field;
      const kind = field ? kindOf(field) : entity ? said(types[at] ?? "") : (parameters.find((one) => one.name === path(item.expression ?? ""))?.type ?? "");
      const as = field && effective(field)[1];
      const tree = asked[at]?.data?.ast;
      const whose = (owner?: string) => (owner ? entityOf(metadata, short(owner)) : entity);
      const own: Spoken = { label: (steps, owner) => labelPath(metadata, whose(owner), steps), choice: (steps, value, owner) => choicePath(metadata, whose(owner), steps, value) };
      const says = field || !tree ? labels(item.expression ?? "").replace(/^\{|\}$/g, "") : tree.kind === "aggregate" && tree.value && tree.condition ? t("decision.gathered", { what: spoken({ ...tree, condition: null }, own), condition: spoken(tree.condition, own) }) : spoken(tree, own);
      return { part: "when", id: item.id, says, label: pick(item.label) || labels(item.expression ?? "").replace(/^\{|\}$/g, ""), input: item, words: { kind, options: as?.options ?? [], field: as, labels, names } };
    });
    for (const item of outputsOf(table)) columns.push({ part: "then", id: item.id, says: "", label: pick(item.label, item.name), output: item, words: { kind: item.type ?? "text", options: item.values ?? [], labels, names } });
    const text: Words = { kind: "", options: [], labels: (one) => one, names: (one) => one };
    columns.push({ part: "row", id: "note", says: "", label: "", words: text });
    if (dated) for (const id of ["since", "until"]) columns.push({ part: "row", id, says: "", label: "", words: { ...text, kind: "date" } });
    return { entity, labels, names, columns };
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [table, entity, metadata, dated, types.join()]);
}

/** What is told about one cell, or about a row as a whole. */
export function told(issues: readonly Placed[], row: string, column?: Column): Placed[] {
  return issues.filter((issue) => {
    const [head, id, part, key] = issue.path.map(String);
    if (head !== "rows" || id !== row) return false;
    if (!column) return part === undefined;
    return column.part === "row" ? part === column.id : part === column.part && key === column.id;
  });
}
