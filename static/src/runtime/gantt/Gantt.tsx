/** Records as bars over days: a tree at the left, bars that are moved, stretched and linked at the right, the critical path marked. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { ChevronsDownUp, ChevronsUpDown, Plus } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { get } from "../../kernel/api";
import { days, today } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { titled } from "../../kernel/metadata";
import type { Entity, Field, RecordData, Value, ViewDefinition } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import { usePhone } from "../../kit/look";
import { Empty, Failed } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { usePreference } from "../preferences";
import { useRows, useRowsState } from "../view/rows";
import { useSave } from "../view/save";
import { GridBones } from "../view/ViewPage";
import { Bar } from "./Bar";
import { Ground, Head, widths, type Zoom } from "./Head";
import { Links, type Line } from "./Links";
import { circular, timings } from "./network";
import { PhoneGantt } from "./PhoneGantt";
import { hasteOf, lateBy, rowsOf, span, tasksOf, valuesOf, type Fields, type Task } from "./plan";
import { Name } from "./Name";
import { Tip } from "./Tip";
import { useHand } from "./useHand";
import "./gantt.css";

interface Props {
  app: string;
  entity: Entity;
  view: ViewDefinition;
  open: (record: RecordData) => void;
  create: (values?: { [field: string]: Value }) => void;
  filter: string;
  search: string;
  sort: string;
}

const height = 36;
const none: readonly string[] = [];
/** Tasks read at most; beyond that one filters. */
const most = 2000;
const dayOf = (value: Value, field: Field): string | null => (typeof value !== "string" || !value ? null : field.type === "datetime" ? today(new Date(value)) : value.slice(0, 10));

export default function Gantt({ app, entity, view, open, create, filter, search, sort }: Props) {
  const phone = usePhone();
  const toast = useToast();
  const now = today();
  const fields = useMemo((): Fields => {
    const at = (name: unknown) => entity.fields.find((item) => item.name === name);
    return { start: at(view.start)!, end: at(view.end), title: at(view.title) ?? titled(entity), progress: at(view["progress"]), parent: at(view["parent"]), needs: at(view["depends_on"]), paint: at(view.color_by), group: at(view.group_by), milestones: !!view["milestones"], said: view.columns.flatMap((column) => at(column.field) ?? []).filter((item) => item.access !== "masked").slice(0, 4) };
  }, [entity, view]);
  const [kept, keepZoom] = usePreference(`gantt:${app}.${view.name}`, `gantt:${app}.`);
  const zoom: Zoom = kept === "day" || kept === "month" ? kept : "week";
  const width = widths[zoom];
  const asked = useMemo(() => ({
    application: app, entity: entity.name, view: view.name, sort: sort || view.start!, ...(search ? { search } : {}), ...(filter ? { filter } : {}),
    fields: [...new Set(Object.values(fields).flat().flatMap((item) => (item && typeof item === "object" ? [item.name] : [])))],
  }), [app, entity, view, search, filter, sort, fields]);
  const store = useRows(asked);
  const state = useRowsState(store);
  const save = useSave(app, entity, store);
  useEffect(() => {
    if (state.status === "ready" && state.next && state.items.length < most) store.more();
  }, [state, store]);

  const tasks = useMemo(() => tasksOf(state.items, fields, dayOf), [state.items, fields]);
  const byId = useMemo(() => new Map(tasks.map((task) => [task.id, task])), [tasks]);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => rowsOf(tasks, fields, folded), [tasks, fields, folded]);
  const parents = useMemo(() => new Set(tasks.flatMap((task) => (task.parent === null ? [] : [task.parent]))), [tasks]);
  const times = useMemo(() => timings(tasks.filter((task) => !parents.has(task.id)).map((task) => ({ id: task.id, needs: task.needs, start: days("2000-01-01", task.start), length: task.milestone ? 0 : days(task.start, task.end) + 1 }))), [tasks, parents]);
  const { from, to } = useMemo(() => span(tasks, now, zoom === "day" ? 7 : 21), [tasks, now, zoom]);
  const count = days(from, to) + 1;
  const off = useQuery({ queryKey: ["days-off", from.slice(0, 4), to.slice(0, 4)], staleTime: Infinity, retry: 0, queryFn: () => get<{ items: string[] }>("days/off", { from: `${from.slice(0, 4)}-01-01`, to: `${to.slice(0, 4)}-12-31` }) });
  const rest = off.data?.items ?? none;
  const resting = useMemo(() => new Set(rest), [rest]);

  const may = entity.access.update && fields.start.access === "write" && (!fields.end || fields.end.access === "write");
  const mayLink = entity.access.update && fields.needs?.access === "write";
  const name = useCallback((task: Task) => (fields.title ? fieldKind(fields.title.type).text(task.record[fields.title.name] ?? null, fields.title) : "") || t("record.untitled"), [fields]);
  const keep = useCallback((task: Task, next: { start: string; end: string }) => void save(task.record, valuesOf(task, next, fields)), [save, fields]);
  const hand = useHand(width, keep);
  const relink = useCallback((id: number, needs: number[]) => {
    const task = byId.get(id);
    if (!task || !fields.needs) return;
    void save(task.record, { [fields.needs.name]: needs.map((one) => ({ id: one, label: byId.has(one) ? name(byId.get(one)!) : `#${one}` })) as unknown as Value });
  }, [byId, fields, save, name]);
  const link = useCallback((one: number, other: number) => {
    const target = byId.get(other);
    if (!target || one === other || target.needs.includes(one)) return;
    if (circular(tasks, one, other)) return toast.say(t("gantt.circle", { name: name(target) }));
    relink(other, [...target.needs, one]);
  }, [byId, tasks, relink, toast, name]);

  const scroller = useRef<HTMLDivElement>(null);
  const side = 264;
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 10, useFlushSync: false, scrollMargin: 0 });
  const items = virtual.getVirtualItems();
  const toDay = useCallback((day: string) => scroller.current?.scrollTo({ left: Math.max(0, days(from, day) * width - (scroller.current.clientWidth - side) / 3) }), [from, width]);
  const begun = useRef("");
  useEffect(() => {
    if (!tasks.length || phone || begun.current === zoom) return;
    begun.current = zoom;
    toDay(now);
  }, [tasks.length, phone, zoom, toDay, now]);

  const [drawing, setDrawing] = useState<{ from: number; x1: number; y1: number; x2: number; y2: number } | null>(null);
  const [over, setOver] = useState<{ task: Task; x: number; y: number } | null>(null);
  const places = useMemo(() => new Map(rows.flatMap((row, at) => (row.task ? [[row.task.id, at] as const] : []))), [rows]);
  const shown = (task: Task) => (hand.held?.id === task.id ? hand.held : task);
  const right = (task: Task) => (days(from, shown(task).end) + (task.milestone && shown(task).start === shown(task).end ? 0.5 : 1)) * width;

  const draw = (event: React.PointerEvent, task: Task, row: number) => {
    event.preventDefault();
    event.stopPropagation();
    const box = scroller.current!.querySelector(".gantt-body")!.getBoundingClientRect();
    const start = { from: task.id, x1: right(task), y1: (row + 0.5) * height };
    const move = (next: PointerEvent) => setDrawing({ ...start, x2: next.clientX - box.left - side, y2: next.clientY - box.top });
    const up = (next: PointerEvent) => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      setDrawing(null);
      const target = document.elementFromPoint(next.clientX, next.clientY)?.closest<HTMLElement>("[data-task]");
      if (target) link(task.id, Number(target.dataset["task"]));
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
  };

  if (state.status === "failed") return <Failed error={state.error} retry={() => store.reload(true)} />;
  if (state.status === "loading") return <GridBones />;
  if (!tasks.length) {
    const asking = !!filter || !!search;
    return <Empty picture={asking ? "search" : "board"} title={state.items.length ? t("gantt.undated") : asking ? t("list.none_found") : t("list.none", { name: pick(entity.label) })} hint={state.items.length ? t("gantt.undated_hint", { name: pick(fields.start.label) }) : undefined}>{entity.access.create && !asking && <Button type="primary" icon={<Plus size={15} />} onClick={() => create()}>{t("list.new", { name: pick(entity.label) })}</Button>}</Empty>;
  }
  const capped = !!state.next && state.items.length >= most;
  const note = capped ? <p className="gantt-note" role="status">{t("gantt.capped", { limit: most, count: state.count?.count ?? most })}</p> : null;
  if (phone) return <>{note}<PhoneGantt {...{ rows, tasks, times, now, name, open, fields }} /></>;

  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? 0;
  const lines: Line[] = [];
  for (const [id, row] of places) {
    const task = byId.get(id)!;
    for (const need of task.needs) {
      const [source, at] = [byId.get(need), places.get(need)];
      if (!source || at === undefined || Math.max(row, at) < first || Math.min(row, at) > last) continue;
      const critical = !!times.get(id)?.critical && !!times.get(need)?.critical && times.get(need)!.over === times.get(id)!.earliest;
      lines.push({ from: need, to: id, x1: right(source), y1: (at + 0.5) * height, x2: days(from, shown(task).start) * width, y2: (row + 0.5) * height, critical, name: `${name(source)} → ${name(task)}` });
    }
  }
  const top = first * height;
  const foldable = rows.some((row) => row.below > 0) || folded.size > 0;
  const keys = rows.filter((row) => row.below > 0).map((row) => row.key);
  return (
    <div className="gantt">
      <div className="gantt-tools">
        <Segmented size="small" value={zoom} onChange={(word) => keepZoom(word)} options={(["day", "week", "month"] as const).map((word) => ({ value: word, label: t(`gantt.${word}`) }))} />
        <Button size="small" onClick={() => toDay(now)}>{t("calendar.today")}</Button>
        {foldable && <Button size="small" type="text" icon={folded.size ? <ChevronsUpDown size={15} /> : <ChevronsDownUp size={15} />} onClick={() => setFolded(folded.size ? new Set() : new Set(keys))}>{t(folded.size ? "gantt.unfold" : "gantt.fold")}</Button>}
        <span className="grow" />
        {fields.needs && <span className="gantt-legend critical">{t("gantt.critical")}</span>}
        {fields.progress && <span className="gantt-legend late">{t("gantt.late")}</span>}
      </div>
      {note}
      <p className="hidden" id="gantt-keys">{t(may ? "gantt.keys" : "gantt.keys_read")}</p>
      <div ref={scroller} className="gantt-scroll" role="region" aria-label={t("gantt.name")} tabIndex={-1}>
        <div className="gantt-canvas" style={{ width: side + count * width }}>
          <div className="gantt-top"><div className="gantt-corner" style={{ width: side }}>{fields.title ? pick(fields.title.label) : pick(entity.label)}</div><Head {...{ from, count, zoom, now }} off={resting} /></div>
          <div className="gantt-body" style={{ height: rows.length * height }}>
            <Ground {...{ from, to, count, zoom, now }} off={rest} left={side} />
            <div className="gantt-lines" style={{ left: side }}><Links lines={lines} width={count * width} top={top} height={(last - first + 1) * height} drawing={drawing} onRemove={mayLink ? (one, other) => relink(other, byId.get(other)!.needs.filter((id) => id !== one)) : undefined} /></div>
            {items.map((item) => {
              const row = rows[item.index]!;
              const task = row.task;
              return (
                <div key={row.key} className={`gantt-row ${task ? "" : "group"}`} style={{ transform: `translateY(${item.start}px)`, height }}>
                  <Name {...{ row, side, fields, name }} folded={folded.has(row.key)} open={open} fold={() => setFolded((old) => new Set(old.has(row.key) ? [...old].filter((key) => key !== row.key) : [...old, row.key]))} />
                  {task && <Bar {...{ task, from, width, side, fields, may, mayLink: !!mayLink }} at={shown(task)} held={hand.held?.id === task.id} parent={parents.has(task.id)} critical={!!times.get(task.id)?.critical} late={lateBy(task, now)} name={name(task)} hand={hand} open={() => open(task.record)} draw={(event) => draw(event, task, item.index)} onOver={setOver} />}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      {over && !drawing && <Tip over={over} fields={fields} at={shown(over.task)} name={name(over.task)} late={lateBy(over.task, now)} haste={hasteOf(over.task, byId)} timing={times.get(over.task.id)} />}
    </div>
  );
}
