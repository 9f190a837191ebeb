/** One task: who wants what of me in a sentence, the form with what I may change, the flow with my position, what others said, and what I can do. */
import { useQuery } from "@tanstack/react-query";
import { Clock, ExternalLink, Lock, UserRoundCheck } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router";
import { get, post, Problem } from "../../kernel/api";
import { fullInstant, instant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { entityOf, formOf } from "../../kernel/metadata";
import type { Component, Entity, Issue, Metadata, Value, Values } from "../../kernel/types";
import { isBlank, PlaceContext } from "../../kit/fields";
import { usePhone } from "../../kit/look";
import { Bone, Bones, Empty, Failed, Face } from "../../kit/parts";
import { PartsContext, type PartsValue } from "../../kit/parts-context";
import { Parts } from "../../kit/Tree";
import "../../kinds/components/index";
import { Picture } from "../flows/Picture";
import { Story } from "../flows/Story";
import { placeOf, type Task } from "../flows/types";
import { useConditions } from "../form/conditions";
import { link } from "../links";
import { useMetadata } from "../session";
import { sent } from "../view/save";
import { refreshTasks } from "./counts";
import { Deeds } from "./Deeds";
import { Outcome } from "./Rows";

export function TaskPane({ id, done }: { id: number; done: (next: number | null) => void }) {
  const task = useQuery({ queryKey: ["tasks", "one", id], staleTime: 2_000, queryFn: ({ signal }) => get<Task>(`tasks/${id}`, {}, signal) });
  const seen = useRef(false);
  useEffect(() => {
    if (!task.data || seen.current) return;
    seen.current = true;
    // a copy asks for nothing but to be looked at
    if (task.data.kind === "copy" && task.data.state === "open" && task.data.may.includes("seen")) void post(`tasks/${id}/seen`).then(refreshTasks, () => undefined);
  }, [task.data, id]);
  if (task.isError) return task.error instanceof Problem && task.error.status === 404 ? <Empty picture="search" title={t("tasks.gone")} hint={t("tasks.gone_hint")} /> : <Failed error={task.error} retry={() => void task.refetch()} />;
  if (!task.data) return <div className="task-body"><Bone width="45%" height={22} /><Bones rows={8} /></div>;
  return <Loaded key={`${id} ${task.data.version}`} task={task.data} done={done} again={() => void task.refetch()} />;
}

/** The entity as this task lets one see it. */
function limited(entity: Entity, task: Task): Entity {
  const open = task.state === "open";
  return {
    ...entity,
    fields: entity.fields.filter((field) => !task.hides.includes(field.name)).map((field) => {
      const may = open && (task.edits === null ? field.access === "write" : task.edits.includes(field.name) || task.needs.includes(field.name));
      return { ...field, access: may ? ("write" as const) : field.access === "masked" ? ("masked" as const) : ("read" as const), required: may && (task.needs.includes(field.name) || !!field.required) };
    }),
  };
}

/** The form without what is hidden, and without titles that nothing would stand under. */
function without(components: readonly Component[], hides: readonly string[]): Component[] {
  return components.flatMap((item) => {
    if (item.field && hides.includes(item.field)) return [];
    if (!item.components) return [item];
    const inner = without(item.components, hides);
    return inner.length ? [{ ...item, components: inner }] : [];
  });
}

function Loaded({ task, done, again }: { task: Task; done: (next: number | null) => void; again: () => void }) {
  const [app, name, record] = placeOf(task);
  const metadata = useMetadata(app);
  const entity = metadata.data && (entityOf(metadata.data, name) ?? metadata.data.entities[name]);
  const [changed, setChanged] = useState<Values>({});
  const [issues, setIssues] = useState<Issue[]>([]);
  const box = useRef<HTMLDivElement>(null);
  const set = useCallback((field: string, value: Value) => {
    setChanged((old) => ({ ...old, [field]: value }));
    setIssues((old) => old.filter((issue) => issue.path[0] !== field));
  }, []);
  const shown = entity && limited(entity, task);
  const now = { ...task.values, ...changed };
  const show = (found: Issue[]) => {
    setIssues(found);
    setTimeout(() => box.current?.querySelector(".field.bad")?.scrollIntoView({ block: "center", behavior: "smooth" }), 40);
  };
  /** What goes out with a deed; null while something needed is missing, which is shown. */
  const values = (): Values | null => {
    const missing = task.needs.filter((field) => isBlank(now[field]));
    if (missing.length) {
      show(missing.map((field) => ({ code: "required", path: [field], severity: "error" as const, message: t("check.required") })));
      return null;
    }
    return shown ? sent(shown, changed) : {};
  };
  const who = task.starter?.name ?? t("timeline.system");
  const what = pick(task.entity_label);
  const stray = issues.filter((issue) => typeof issue.path[0] !== "string" || !shown?.fields.some((field) => field.name === issue.path[0] && field.access === "write"));
  return (
    <>
      <div ref={box} className="task-body">
        <header className="task-head">
          <Face name={who} size={40} />
          <div className="grow">
            <h2>{(task.kind === "copy" && task.words.title) || t(`tasks.wants_${task.kind}`, { who, what, title: task.title })}</h2>
            <div className="task-about small second">
              {task.for && <span className="inbox-flag for"><UserRoundCheck size={12} aria-hidden />{t("tasks.for_whom", { name: task.for.name })}</span>}
              <span>{[pick(task.flow.label), task.kind === "resubmit" ? t("tasks.resubmit_step") : pick(task.step) === pick(task.flow.label) ? "" : pick(task.step)].filter(Boolean).join(" · ")}</span>
              <time dateTime={task.opened_at} title={fullInstant(task.opened_at)}>{instant(task.opened_at)}</time>
              {task.state === "open" && task.due_at && <span className={`inbox-flag ${task.overdue ? "late" : ""}`} title={fullInstant(task.due_at)}><Clock size={12} aria-hidden />{t(task.overdue ? "tasks.overdue" : "tasks.due", { when: instant(task.due_at) })}</span>}
              {task.state !== "open" && task.outcome && <Outcome of={task.outcome} />}
              <Link to={link.record(app, name, record)} className="task-open">{t("tasks.open_record")}<ExternalLink size={12} aria-hidden /></Link>
            </div>
          </div>
        </header>
        {stray.length > 0 && <div className="form-stray" role="alert">{stray.map((issue) => <div key={`${issue.code}${issue.path.join()}`}>{words(issue)}</div>)}</div>}
        {task.words.text && <p className="run-opinion task-words">{task.words.text}</p>}
        {task.facts ? <Facts facts={task.facts} tables={task.tables} /> : metadata.isError ? <Failed error={metadata.error} retry={() => void metadata.refetch()} /> : !metadata.data || !shown ? (metadata.data ? <Empty picture="lock" title={t("state.forbidden")} hint={t("state.forbidden_hint")} /> : <Bones rows={6} />) : <Form app={app} metadata={metadata.data} entity={shown} task={task} now={now} issues={issues} set={set} />}
        <div className="task-run">
          <section aria-label={t("tasks.picture")}><h3>{t("tasks.picture")}</h3>{task.instance.error && <p className="wrong"><Lock size={13} aria-hidden /> {task.instance.error}</p>}<Picture run={task.instance} /></section>
          <section aria-label={t("tasks.history")}><h3>{t("tasks.history")}</h3><Story history={task.instance.history} /></section>
        </div>
      </div>
      {task.state === "open" && task.kind !== "copy" && task.may.length > 0 && <Deeds task={task} values={values} wrong={show} done={done} again={again} />}
    </>
  );
}

/** The form in words, for who was asked but may not read the record by itself. */
function Facts({ facts, tables }: { facts: NonNullable<Task["facts"]>; tables: Task["tables"] }) {
  return (
    <>
      <dl className="task-form task-facts">{facts.map((item) => <div key={pick(item.label)} className="field"><dt className="field-label">{pick(item.label)}</dt><dd>{String(item.value ?? "")}</dd></div>)}</dl>
      {tables.map((table) => (
        <section key={table.label} className="task-lines" aria-label={table.label}>
          <h3>{table.label}</h3>
          <div className="task-lines-scroll">
            <table>
              <thead><tr>{table.columns.map((column) => <th key={column.label} scope="col" className={column.number ? "num" : undefined}>{column.label}</th>)}</tr></thead>
              <tbody>{table.rows.map((row, at) => <tr key={at}>{row.map((text, index) => <td key={index} className={table.columns[index]?.number ? "num" : undefined}>{text}</td>)}</tr>)}</tbody>
            </table>
          </div>
        </section>
      ))}
    </>
  );
}

function Form({ app, metadata, entity, task, now, issues, set }: { app: string; metadata: Metadata; entity: Entity; task: Task; now: Values; issues: Issue[]; set: (field: string, value: Value) => void }) {
  const phone = usePhone();
  const context = useConditions();
  const components = useMemo(() => without(formOf(metadata, entity, task.form.split(".").at(-1)).components, task.hides), [metadata, entity, task.form, task.hides]);
  // what may be changed but stands in no part of the form is offered below it
  const fields = (list: readonly Component[]): string[] => list.flatMap((item) => [...(item.field ? [item.field] : []), ...fields(item.components ?? [])]);
  const placed = fields(components);
  const extra = [...new Set([...(task.edits ?? []), ...task.needs])].filter((name) => !placed.includes(name) && entity.fields.some((field) => field.name === name));
  const all: Component[] = extra.length ? [...components, { id: "task-extra", type: "section", columns: 2, components: extra.map((name): Component => ({ id: `task-${name}`, type: "field", field: name })) }] : components;
  const parts: PartsValue = { app, metadata, entity, mode: entity.fields.some((field) => field.access === "write") ? "edit" : "read", values: now, issues, context, set, phone, record: { ...task.values, id: task.record, version: task.version } as never, narrow: true };
  return (
    <PlaceContext.Provider value={{ application: app, entity: entity.name, record: task.record }}>
      <PartsContext.Provider value={parts}><div className="task-form"><Parts components={all} /></div></PartsContext.Provider>
    </PlaceContext.Provider>
  );
}
