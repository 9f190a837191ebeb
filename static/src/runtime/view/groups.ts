/** True counts and sums by the values of a field, for the heads of columns and groups. */
import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { get } from "../../kernel/api";
import { sum as added } from "../../kernel/sum";
import type { Entity, Value, ViewDefinition } from "../../kernel/types";
import type { Asked } from "./rows";

export interface GroupCount {
  value: Value;
  count: number;
  sum?: Value;
}

const question = (asked: Asked, by: string, sum: string) => ({
  queryKey: ["groups", asked.application, asked.entity, by, sum, asked.view ?? "", asked.filter ?? "", asked.search ?? ""],
  enabled: !!by && !asked.bin,
  placeholderData: keepPreviousData,
  queryFn: async ({ signal }: { signal: AbortSignal }) => (await get<{ items: GroupCount[] }>(`records/${asked.application}/${asked.entity}/groups`, { by, sum, view: asked.view, filter: asked.filter, search: asked.search }, signal)).items,
});

export const useGroups = (asked: Asked, by: string, sum: string) => useQuery(question(asked, by, sum));

export const keyOf = (value: Value | undefined): string => (value === null || value === undefined ? "" : typeof value === "object" && !Array.isArray(value) ? String(value["id"]) : String(value));

export interface Totals {
  /** By group, then by field; the count under "". */
  groups: Map<string, Record<string, Value>>;
  all: Record<string, string>;
}

/** The sums of a table: for each of its groups, and over all rows it shows. */
export function useTotals(asked: Asked, entity: Entity, view: ViewDefinition): Totals {
  const sums = view.type === "table" ? (view.sums ?? []).filter((name) => entity.fields.some((field) => field.name === name && field.access !== "masked")) : [];
  const few = entity.fields.find((field) => (field.type === "choice" && !field.multiple) || field.type === "boolean")?.name ?? "";
  const by = view.type === "table" ? view.group_by || (sums.length ? few : "") : "";
  const answers = useQueries({ queries: (sums.length ? sums : by ? [""] : []).map((name) => question(asked, by, name)) });
  const told = answers.map((answer) => answer.data);
  const stamp = answers.map((answer) => answer.dataUpdatedAt).join();
  return useMemo(() => {
    const groups: Totals["groups"] = new Map();
    const all: Totals["all"] = {};
    told.forEach((list, index) => {
      const name = sums[index] ?? "";
      for (const item of list ?? []) groups.set(keyOf(item.value), { ...groups.get(keyOf(item.value)), "": item.count, ...(name ? { [name]: item.sum ?? null } : {}) });
      if (name && list) all[name] = added(list.map((item) => item.sum));
    });
    return { groups, all };
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [stamp, by, sums.join()]);
}
