/** What was changed in lists and can be taken back: the newest first, each over the version it left behind. */
import { useCallback, useEffect, useMemo } from "react";
import { post } from "../../kernel/api";
import { pressed, typing } from "../../kernel/commands";
import { pick, t } from "../../kernel/i18n";
import { titled } from "../../kernel/metadata";
import type { Entity, Issue, RecordData, Value } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { fieldKind, isBlank } from "../../kit/fields";
import { useToast } from "../../kit/toast";
import { refresh } from "./rows";
import { sent } from "./save";

/** The former values of a record that now has this version. */
export interface Former {
  id: number;
  version: number;
  values: { [field: string]: Value };
}

interface Deed {
  app: string;
  entity: Entity;
  formers: Former[];
  /** Saved by one deed, such as a pasted block: taken back by one too. */
  together: object | undefined;
}

const most = 50;
let past: Deed[] = [];

/** Leaves nothing to take back. */
export const forget = () => void (past = []);

const short = (text: string) => (text.length > 24 ? `${text.slice(0, 24)}…` : text);

/** "Order 12  State: new → paid". */
export function told(entity: Entity, record: RecordData, before: { [field: string]: Value }, after: { [field: string]: Value }): string {
  const text = (name: string, value: Value) => {
    const field = entity.fields.find((item) => item.name === name);
    if (!field || isBlank(value)) return t("undo.blank");
    const [kind, as] = [fieldKind(effective(field)[1].type), effective(field)[1]];
    return short(kind.text(value, as));
  };
  const title = titled(entity);
  const name = title ? short(fieldKind(title.type).text(record[title.name] ?? null, title)) : "";
  const fields = Object.keys(before).map((word) => t("undo.field", { field: pick(entity.fields.find((item) => item.name === word)?.label, word), before: text(word, before[word] ?? null), after: text(word, after[word] ?? null) }));
  return t("undo.one", { name, fields: fields.join(" · ") }).trim();
}

async function takeBack(deed: Deed): Promise<{ changed: number; issues: Issue[] }> {
  const answer = await post<{ changed: number; issues: Issue[]; undo: Former[] }>(`records/${deed.app}/${deed.entity.name}/bulk`, {
    changes: deed.formers.map((former) => ({ ...former, values: sent(deed.entity, former.values) })),
  });
  // the record is a version further: what was done to it before can still be taken back after this
  const now = new Map(answer.undo.map((item) => [item.id, item.version]));
  for (const older of past)
    if (older.app === deed.app && older.entity.name === deed.entity.name)
      older.formers = older.formers.map((former) => {
        const mine = deed.formers.find((item) => item.id === former.id);
        const version = now.get(former.id);
        return mine && version !== undefined && former.version === mine.version - 1 ? { ...former, version } : former;
      });
  refresh(deed.app, deed.entity.name);
  return answer;
}

/** Tells what was done, with the way back. */
export type Did = (text: string, formers: Former[], together?: object) => void;

export function useUndo(app: string, entity: Entity): { did: Did; undo: () => boolean } {
  const toast = useToast();
  const run = useCallback((deed: Deed) => {
    past = past.filter((item) => item !== deed);
    toast.settled();
    takeBack(deed).then(({ changed, issues }) => {
      if (issues.length) toast.say(t("undo.refused", { count: issues.length, reason: issues[0]!.message }));
      else toast.done(t("undo.back", { count: changed }));
    }, toast.failed);
  }, [toast]);
  const did = useCallback<Did>((text, formers, together) => {
    if (!formers.length) return;
    const last = past.at(-1);
    const joined = together && last?.together === together ? last : undefined;
    const deed: Deed = joined ?? { app, entity, formers: [], together };
    deed.formers = [...deed.formers, ...formers];
    if (!joined) past = [...past, deed].slice(-most);
    toast.undoable(joined ? t("undo.changed", { count: deed.formers.length }) : text, t("undo.do"), () => run(deed));
  }, [app, entity, toast, run]);
  const undo = useCallback(() => {
    const deed = past.filter((item) => item.app === app && item.entity.name === entity.name).at(-1);
    if (deed) run(deed);
    return !!deed;
  }, [app, entity, run]);
  return useMemo(() => ({ did, undo }), [did, undo]);
}

/** Ctrl Z outside what is being typed takes the newest change back. */
export function useUndoKey(app: string, entity: Entity): void {
  const { undo } = useUndo(app, entity);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || typing(event.target) || !pressed(event, "mod+z")) return;
      if (undo()) event.preventDefault();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [undo]);
}
