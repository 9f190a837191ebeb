/** Records on their days, by month or week; dragging one to another day changes its date. */
import { DndContext, KeyboardSensor, PointerSensor, TouchSensor, useDraggable, useDroppable, useSensor, useSensors, type DragEndEvent } from "@dnd-kit/core";
import { Button, Segmented } from "antd";
import { ChevronLeft, ChevronRight, Plus } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { both } from "../../kernel/condition";
import { days, fullDate, month as monthName, today, weekday } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { titled } from "../../kernel/metadata";
import type { Entity, Field, RecordData, Value, ViewDefinition } from "../../kernel/types";
import { option } from "../../kit/cells";
import { fieldKind } from "../../kit/fields";
import { usePhone } from "../../kit/look";
import { colour } from "../../kit/tokens";
import { fitting, plus, returning, returns } from "./days";
import { useRows, useRowsState } from "./rows";
import { useSave, type Save } from "./save";

interface Props {
  app: string;
  entity: Entity;
  view: ViewDefinition;
  save: Save;
  open: (record: RecordData) => void;
  create: (values?: { [field: string]: Value }) => void;
  filter: string;
  search: string;
}

const monday = (date: string) => plus(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7));
const call = (date: string) => `DATE(${date.split("-").map(Number).join(", ")})`;

/** The day of a value in the business zone. */
const dayOf = (value: Value, field: Field | undefined): string | null => (typeof value !== "string" || !value ? null : field?.type === "date" ? value.slice(0, 10) : today(new Date(value)));

export default function Calendar({ app, entity, view, open, create, filter, search }: Props) {
  const phone = usePhone();
  const now = today();
  const [span, setSpan] = useState<"month" | "week">("month");
  const [at, setAt] = useState(now);
  const from = span === "month" ? monday(`${at.slice(0, 7)}-01`) : monday(at);
  const weeks = span === "week" ? 1 : Math.ceil((days(from, plus(`${next(at.slice(0, 7))}-01`, -1)) + 1) / 7);
  const list = Array.from({ length: weeks * 7 }, (_, index) => plus(from, index));
  const to = list.at(-1)!;
  const yearly = !!view.yearly;
  const start = entity.fields.find((item) => item.name === view.start);
  const end = entity.fields.find((item) => item.name === view.end);
  const title = entity.fields.find((item) => item.name === view.title) ?? titled(entity);
  const paint = entity.fields.find((item) => item.name === view.color_by);

  const asked = useMemo(() => ({
    application: app, entity: entity.name, view: view.name, sort: view.start!, ...(search ? { search } : {}),
    fields: [start, end, title, paint].flatMap((item) => item?.name ?? []),
    filter: yearly ? both(filter, returning(view.start!, list)) : both(filter, end ? `OR({${end.name}} >= ${call(from)}, {${view.start}} >= ${call(from)})` : `{${view.start}} >= ${call(from)}`, `{${view.start}} < ${call(plus(to, 1))}`),
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }), [app, entity, view, search, start, end, title, paint, filter, from, to, yearly]);
  const store = useRows(asked);
  const state = useRowsState(store);
  const save = useSave(app, entity, store);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 5 } }), useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }), useSensor(KeyboardSensor));

  useEffect(() => {
    if (state.status === "ready" && state.next && state.items.length < 2000) store.more();
  }, [state, store]);

  const onDay = useMemo(() => {
    const map = new Map<string, RecordData[]>();
    for (const record of state.items) {
      const first = dayOf(record[view.start!] ?? null, start);
      if (!first) continue;
      if (yearly) {
        for (const day of list) if (returns(first, day)) map.set(day, [...(map.get(day) ?? []), record]);
        continue;
      }
      const last = (end && dayOf(record[end.name] ?? null, end)) || first;
      for (let step = first < from ? from : first, count = 0; step <= last && step <= to && count < 60; step = plus(step, 1), count += 1) map.set(step, [...(map.get(step) ?? []), record]);
    }
    return map;
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [state.items, view.start, start, end, from, to, yearly]);
  const may = !yearly && entity.access.update && start?.access === "write";

  const drop = (event: DragEndEvent) => {
    const [id, day] = String(event.active.id).split("@");
    const record = state.items.find((item) => item.id === Number(id));
    if (!record || !event.over || !day || !start) return;
    const moved = days(day, String(event.over.id));
    if (!moved) return;
    const shift = (value: Value): Value => (typeof value !== "string" ? value : value.length === 10 ? plus(value, moved) : new Date(Date.parse(value) + moved * 86400000).toISOString().replace(".000Z", "Z"));
    void save(record, { [start.name]: shift(record[start.name] ?? null), ...(end && record[end.name] ? { [end.name]: shift(record[end.name] ?? null) } : {}) });
  };
  const go = (step: number) => setAt(span === "week" ? plus(at, step * 7) : `${step > 0 ? next(at.slice(0, 7)) : before(at.slice(0, 7))}-01`);
  const grid = useRef<HTMLDivElement>(null);
  const [box, setBox] = useState(0);
  useEffect(() => {
    // rows are as high as the grid lets them be, whatever stands in them
    const watch = new ResizeObserver(() => setBox(grid.current?.firstElementChild?.clientHeight ?? 0));
    if (grid.current) watch.observe(grid.current);
    return () => watch.disconnect();
  }, [weeks]);
  return (
    <div className="calendar">
      <div className="calendar-head">
        <h2>{monthName(span === "week" ? plus(from, 3) : at)}</h2>
        <Button size="small" onClick={() => setAt(now)}>{t("calendar.today")}</Button>
        <button type="button" className="icon-button" aria-label={t("calendar.before")} onClick={() => go(-1)}><ChevronLeft size={17} /></button>
        <button type="button" className="icon-button" aria-label={t("calendar.after")} onClick={() => go(1)}><ChevronRight size={17} /></button>
        <span className="grow" />
        <Segmented size="small" value={span} onChange={(word) => setSpan(word as "month" | "week")} options={[{ value: "month", label: t("calendar.month") }, { value: "week", label: t("calendar.week") }]} />
      </div>
      <div className="calendar-days" aria-hidden>{list.slice(0, 7).map((day) => <span key={day}>{weekday(day)}</span>)}</div>
      <DndContext sensors={sensors} onDragEnd={drop}>
        <div className={`calendar-grid ${span}`} ref={grid} role="grid" aria-busy={state.status === "loading"}>
          {list.map((day, index) => {
            const events = onDay.get(day) ?? [];
            const most = span === "week" ? events.length : fitting(box, events.length, phone);
            return (
              <Day key={day} day={day} className={`${index % 7 > 4 ? "weekend" : ""} ${span === "month" && day.slice(0, 7) !== at.slice(0, 7) ? "other" : ""} ${day === now ? "today" : ""}`}>
                <span className="day-number" title={fullDate(day)}>{Number(day.slice(8))}</span>
                {entity.access.create && start && <button type="button" className="plain day-add" aria-label={t("calendar.add", { day: fullDate(day) })} onClick={() => create({ [start.name]: start.type === "date" ? day : `${day}T01:00:00Z` })}><Plus size={14} /></button>}
                {events.slice(0, most).map((record) => {
                  const word = paint && (option(paint, String(record[paint.name] ?? ""))?.color ?? (record[paint.name] ? String(record[paint.name]) : ""));
                  const text = title ? fieldKind(title.type).text(record[title.name] ?? null, title) : "";
                  return <Event key={record.id} id={`${record.id}@${day}`} hue={colour(word, "teal")} text={text || t("record.untitled")} may={!!may} onOpen={() => open(record)} />;
                })}
                {events.length > most && <button type="button" className="plain day-more" aria-label={t("calendar.more", { count: events.length - most })} onClick={() => {
                  setAt(day);
                  setSpan("week");
                }}>{phone ? `+${events.length - most}` : t("calendar.more", { count: events.length - most })}</button>}
              </Day>
            );
          })}
        </div>
      </DndContext>
      {state.next && state.items.length >= 2000 && <p className="help">{t("calendar.capped", { name: pick(entity.label) })}</p>}
    </div>
  );
}

const next = (month: string) => (month.endsWith("12") ? `${Number(month.slice(0, 4)) + 1}-01` : `${month.slice(0, 4)}-${String(Number(month.slice(5)) + 1).padStart(2, "0")}`);
const before = (month: string) => (month.endsWith("01") ? `${Number(month.slice(0, 4)) - 1}-12` : `${month.slice(0, 4)}-${String(Number(month.slice(5)) - 1).padStart(2, "0")}`);

function Day({ day, className, children }: { day: string; className: string; children: React.ReactNode }) {
  const { setNodeRef, isOver } = useDroppable({ id: day });
  return <div ref={setNodeRef} role="gridcell" className={`day ${className} ${isOver ? "over" : ""}`}>{children}</div>;
}

function Event({ id, hue, text, may, onOpen }: { id: string; hue: string; text: string; may: boolean; onOpen: () => void }) {
  const { setNodeRef, attributes, listeners, transform, isDragging } = useDraggable({ id, disabled: !may });
  return (
    <button
      ref={setNodeRef} type="button" {...attributes} {...listeners} className="plain event" title={text} onClick={onOpen}
      style={{ background: `var(--${hue})`, color: `var(--${hue}-text)`, ...(transform ? { transform: `translate(${transform.x}px, ${transform.y}px)`, position: "relative", zIndex: 20, boxShadow: "var(--shadow)" } : {}), opacity: isDragging ? 0.9 : 1 }}
    >
      {text}
    </button>
  );
}
