/** Saving one row from a list: shown at once, taken back with its reason when the server refuses, or by who did it. */
import { useCallback } from "react";
import { ask, Problem } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import type { Entity, RecordData, Value, Values } from "../../kernel/types";
import { fieldKind, isBlank } from "../../kit/fields";
import { useToast } from "../../kit/toast";
import type { RowStore } from "./rows";
import { told, useUndo } from "./undo";

/** A new row nobody has typed into. */
export const blankRow = (row: Values): boolean => row["id"] === undefined && Object.values(row).every(isBlank);

/** Those saved `together`, such as a pasted block, are taken back together. */
export type Save = (record: RecordData, values: { [field: string]: Value }, together?: object) => Promise<void>;

/** Values as the server takes them. */
export function sent(entity: Entity, values: { [field: string]: Value }): { [field: string]: Value } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => {
    const field = entity.fields.find((item) => item.name === name);
    const kind = field && fieldKind(field.type);
    if (field?.type === "lines" && Array.isArray(value)) {
      const inner = { ...entity, fields: field.fields ?? [] };
      return [name, value.filter((row) => !blankRow(row as Values)).map((row) => sent(inner, row as { [field: string]: Value }))];
    }
    return [name, kind?.send ? kind.send(value) : value];
  }));
}

export function useSave(app: string, entity: Entity, store: Pick<RowStore, "patch">): Save {
  const toast = useToast();
  const { did } = useUndo(app, entity);
  const { patch } = store;
  return useCallback(
    async (record, values, together) => {
      const before = Object.fromEntries(Object.keys(values).map((name) => [name, record[name] ?? null]));
      const put = (next: { [field: string]: Value }) => patch.call(store, record.id, next);
      put(values);
      try {
        const { data } = await ask<RecordData>("PATCH", `records/${app}/${entity.name}/${record.id}`, { body: sent(entity, values), etag: record.version });
        put(data);
        did(told(entity, record, before, { ...values, ...Object.fromEntries(Object.keys(values).flatMap((name) => (name in data ? [[name, data[name] ?? null]] : []))) }), [{ id: record.id, version: data.version, values: before }], together);
      } catch (error) {
        put(before);
        if (error instanceof Problem && error.status === 409) {
          const current = error.body["current"] as RecordData | undefined;
          if (current) put(current);
          toast.say(t("conflict.list"));
        } else if (error instanceof Problem && error.issues[0]) {
          const issue = error.issues[0];
          const field = entity.fields.find((item) => item.name === issue.path[0]);
          toast.failed(new Error(field ? `${pick(field.label)}: ${issue.message}` : issue.message));
        } else toast.failed(error);
      }
    },
    [app, entity, store, patch, toast, did],
  );
}
