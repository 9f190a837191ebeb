/** What happened to a record: changes and comments, newest first, with a place to say something. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Calculator, ChevronRight, FileSpreadsheet, Pencil, Plus, RotateCcw, SendHorizontal, Trash2, Undo2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { Link } from "react-router";
import { get, post } from "../../kernel/api";
import { fullInstant, instant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Comment, Entity, HistoryEntry, Value } from "../../kernel/types";
import { fieldKind, isBlank } from "../../kit/fields";
import { Bones, Empty, Face } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { link } from "../links";
import type { Delivery } from "../../kit/messages/words";
import { client } from "../session";

const Why = lazy(() => import("./Why"));
const Said = lazy(() => import("../messages/Said"));

const deeds = { derive: Calculator, create: Plus, update: Pencil, delete: Trash2, restore: RotateCcw, import: FileSpreadsheet, undo: Undo2 } as const;

export function Timeline({ app, entity, id }: { app: string; entity: Entity; id: number }) {
  const path = `records/${app}/${entity.name}/${id}`;
  const toast = useToast();
  const [only, setOnly] = useState<"all" | "comments" | "messages" | "changes">("all");
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  const history = useQuery({ queryKey: ["history", app, entity.name, id], queryFn: ({ signal }) => get<{ items: HistoryEntry[] }>(`${path}/history`, {}, signal) });
  const comments = useQuery({ queryKey: ["comments", app, entity.name, id], queryFn: ({ signal }) => get<{ items: Comment[] } | Comment[]>(`${path}/comments`, {}, signal).then((answer) => (Array.isArray(answer) ? answer : answer.items)) });
  const messages = useQuery({ queryKey: ["messages", app, entity.name, id], queryFn: ({ signal }) => get<{ items: Delivery[] }>(`${path}/messages`, {}, signal).then((answer) => answer.items) });
  const entries = useMemo(() => {
    const wanted = (word: typeof only) => only === "all" || only === word;
    const said = wanted("comments") ? (comments.data ?? []).map((item) => ({ at: item.at, comment: item, change: null, message: null })) : [];
    const sent = wanted("messages") ? (messages.data ?? []).map((item) => ({ at: item.at, comment: null, change: null, message: item })) : [];
    const done = wanted("changes") ? (history.data?.items ?? []).filter((item) => item.action !== "comment").map((item) => ({ at: item.at, comment: null, change: item, message: null })) : [];
    return [...said, ...sent, ...done].sort((a, b) => b.at.localeCompare(a.at));
  }, [only, comments.data, messages.data, history.data]);

  const send = async () => {
    if (!text.trim()) return;
    setBusy(true);
    try {
      await post(`${path}/comments`, { text: text.trim() });
      setText("");
      await client.invalidateQueries({ queryKey: ["comments", app, entity.name, id] });
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="timeline" aria-label={t("timeline.title")}>
      <div className="timeline-head">
        <h3>{t("timeline.title")}</h3>
        <span className="grow" />
        {(messages.data?.length ? (["all", "comments", "messages", "changes"] as const) : (["all", "comments", "changes"] as const)).map((word) => <button key={word} type="button" className="plain timeline-tab" aria-pressed={only === word} onClick={() => setOnly(word)}>{t(`timeline.${word}`)}</button>)}
      </div>
      <div className="timeline-say">
        <textarea value={text} rows={text ? 3 : 1} placeholder={t("timeline.say")} aria-label={t("timeline.say")} onChange={(event) => setText(event.target.value)} onKeyDown={(event) => (event.metaKey || event.ctrlKey) && event.key === "Enter" && void send()} />
        {text && <Button type="primary" size="small" loading={busy} icon={<SendHorizontal size={14} />} onClick={() => void send()}>{t("timeline.send")}</Button>}
      </div>
      {history.isPending && <Bones rows={4} />}
      {history.isError && !comments.data?.length && <p className="help">{t("timeline.none_allowed")}</p>}
      {history.data && !entries.length && <Empty picture="talk" title={t("timeline.none")} />}
      <ol>
        {entries.map(({ at, comment, change, message }, index) => message ? <li key={`m${message.id}`}><Suspense fallback={<Bones rows={1} />}><Said of={message} /></Suspense></li> : (
          <li key={comment ? `c${comment.id}` : `h${index}${at}`}>
            {comment ? <Face name={comment.by?.label ?? "?"} size={24} /> : <Mark action={change!.action} />}
            <div className="grow">
              <div className="timeline-who">
                <b>{(comment ?? change)!.by?.label ?? t("timeline.system")}</b>
                {change && <span className="second">{doing(change)}</span>}
                <time className="third" dateTime={at} title={fullInstant(at)}>{instant(at)}</time>
              </div>
              {comment && <div className="timeline-comment">{comment.text}</div>}
              {change?.run && <Run run={change.run} app={app} entity={entity} />}
              {change && <Changes entry={change} entity={entity} app={app} id={id} />}
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** What an entry says was done. */
export const doing = (entry: HistoryEntry) => t(entry.run?.kind === "import" && entry.action === "update" ? "timeline.did_import_update" : entry.action in deeds ? `timeline.did_${entry.action}` : "timeline.did_other");

/** The import or the analysis that wrote an entry. */
export function Run({ run, app, entity }: { run: NonNullable<HistoryEntry["run"]>; app: string; entity: Entity }) {
  const words = run.kind === "analysis" ? t("timeline.analysis", { name: run.file }) : t("timeline.run", { file: run.file, number: run.id });
  return <div className="small cut">{run.open ? <Link className="link" to={link.bring(app, entity.name, run.id)}>{words}</Link> : <span className="third">{words}</span>}</div>;
}

export function Mark({ action }: { action: string }) {
  const Picture = deeds[action as keyof typeof deeds] ?? Pencil;
  return <span className="timeline-mark"><Picture size={12} aria-hidden /></span>;
}

export function Changes({ entry, entity, app, id }: { entry: HistoryEntry; entity: Entity; app: string; id: number }) {
  const [all, setAll] = useState(false);
  const changes = entry.action === "create" ? [] : entry.changes.flatMap((change) => {
    const field = entity.fields.find((item) => item.name === change.field);
    return field ? [{ ...change, definition: field }] : [];
  });
  const shown = all ? changes : changes.slice(0, 5);
  const [why, setWhy] = useState(false);
  const cause = entry.cause;
  return (
    <>
      {shown.map((change) => (
        <div className="timeline-change" key={change.field}>
          <span className="third">{pick(change.definition.label)}</span>
          <span className="was"><One value={change.before} field={change.definition} /></span>
          <span className="third" aria-label={t("timeline.became")}>→</span>
          <span><One value={change.after} field={change.definition} /></span>
        </div>
      ))}
      {changes.length > shown.length && <button type="button" className="plain link small" onClick={() => setAll(true)}>{t("timeline.more", { count: changes.length - shown.length })}</button>}
      {cause && (
        <>
          <button type="button" className="plain small timeline-cause" aria-expanded={why} onClick={() => setWhy(!why)}><ChevronRight size={13} style={{ transform: why ? "rotate(90deg)" : undefined }} aria-hidden />{t("timeline.cause", { name: cause.label })}</button>
          {why && <Suspense fallback={<Bones rows={2} />}><Why app={app} entity={entity.name} id={id} firing={cause.firing} /></Suspense>}
        </>
      )}
    </>
  );
}

function One({ value, field }: { value: Value; field: Entity["fields"][number] }) {
  if (isBlank(value)) return <span className="third">{t("field.blank")}</span>;
  if (["long_text", "rich_text", "lines", "file", "image"].includes(field.type)) return <span className="cut">{fieldKind(field.type).text(value, field).slice(0, 80)}</span>;
  const Shown = fieldKind(field.type).Cell;
  return <Shown value={value} field={field} />;
}
