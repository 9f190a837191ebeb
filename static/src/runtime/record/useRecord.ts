/** One record with what a person has changed in it and not yet saved, and the way to save it. */
import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { ask, Problem } from "../../kernel/api";
import type { Entity, Issue, RecordData, Value, Values } from "../../kernel/types";
import { useToast } from "../../kit/toast";
import { client } from "../session";
import { sent } from "../view/save";

export interface Conflict {
  current: RecordData;
  yours: Values;
}

export function useRecord(app: string, entity: Entity, id: number, onSaved: (record: RecordData) => void) {
  const toast = useToast();
  const key = useMemo(() => ["record", app, entity.name, id], [app, entity.name, id]);
  const query = useQuery({ queryKey: key, queryFn: async ({ signal }) => (await ask<RecordData>("GET", `records/${app}/${entity.name}/${id}`, { signal })).data, staleTime: 5_000 });
  const [changed, setChanged] = useState<Values>({});
  const [issues, setIssues] = useState<Issue[]>([]);
  const [saving, setSaving] = useState(false);
  const [saved, setSaved] = useState<number | null>(null);
  const [conflict, setConflict] = useState<Conflict | null>(null);
  const record = query.data;

  const set = useCallback((name: string, value: Value) => {
    setChanged((old) => ({ ...old, [name]: value }));
    setIssues((old) => old.filter((issue) => issue.path[0] !== name));
  }, []);
  const discard = useCallback(() => {
    setChanged({});
    setIssues([]);
  }, []);

  const save = useCallback(
    async (values: Values = changed, version?: number) => {
      if (!record || !Object.keys(values).length) return true;
      setSaving(true);
      try {
        const { data } = await ask<RecordData>("PATCH", `records/${app}/${entity.name}/${id}`, { body: sent(entity, values), etag: version ?? record.version });
        client.setQueryData(key, { ...record, ...data });
        setChanged({});
        setIssues([]);
        setConflict(null);
        setSaved(Date.now());
        onSaved({ ...record, ...data });
        void client.invalidateQueries({ queryKey: ["history", app, entity.name, id] });
        return true;
      } catch (error) {
        if (error instanceof Problem && (error.status === 409 || error.status === 412) && error.body["current"]) setConflict({ current: error.body["current"] as RecordData, yours: values });
        else if (error instanceof Problem && error.issues.length) setIssues(error.issues);
        else toast.failed(error);
        return false;
      } finally {
        setSaving(false);
      }
    },
    [key, record, changed, app, entity, id, onSaved, toast],
  );

  /** Both sides have been looked at: what was chosen goes out over the version now current. */
  const settle = useCallback(
    async (values: Values) => {
      if (!conflict) return;
      client.setQueryData(key, { ...record, ...conflict.current });
      if (!Object.keys(values).length) {
        setConflict(null);
        return discard();
      }
      await save(values, conflict.current.version);
    },
    [key, conflict, record, save, discard],
  );
  return { query, record, changed, issues, saving, saved, conflict, set, discard, save, settle, setConflict, now: record && ({ ...record, ...changed } as RecordData) };
}
