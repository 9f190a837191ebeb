/** Cards in the columns of a choice; dragging a card, by hand or by keys, changes the choice. */
import { DndContext, DragOverlay, KeyboardSensor, PointerSensor, TouchSensor, useDraggable, useDroppable, useSensor, useSensors, type DragEndEvent } from "@dnd-kit/core";
import { Plus } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { both, write } from "../../kernel/condition";
import { number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { field as fieldAt, titled } from "../../kernel/metadata";
import type { Entity, Field, Metadata, RecordData, Value, ViewDefinition } from "../../kernel/types";
import { attached } from "../../kit/attached";
import { effective } from "../../kit/derived";
import { fieldKind, isBlank } from "../../kit/fields";
import { Bone, Failed, Tag } from "../../kit/parts";
import { client } from "../session";
import { keyOf, useGroups, type GroupCount } from "./groups";
import { useRows, useRowsState, type Asked, type RowStore } from "./rows";
import { useSave } from "./save";

interface Props {
  app: string;
  metadata: Metadata;
  entity: Entity;
  view: ViewDefinition;
  asked: Asked;
  open: (record: RecordData) => void;
  create: (values?: { [field: string]: Value }) => void;
}

interface Pile {
  id: string;
  value: Value;
  label: string;
  color: string | undefined;
  count: number;
  sum: Value;
}

/** The columns: the options in their order, then what else was found, and those without a value first where there are some. */
function piles(group: Field, found: GroupCount[]): Pile[] {
  const at = (id: string) => found.find((item) => keyOf(item.value) === id);
  const told = (id: string) => ({ count: at(id)?.count ?? 0, sum: at(id)?.sum ?? null });
  const options = (group.options ?? []).filter((option) => option.active !== false || at(option.value)).map((option) => ({ id: option.value, value: option.value as Value, label: pick(option.label, option.value), color: option.color, ...told(option.value) }));
  const others = found.filter((item) => item.value !== null && !options.some((option) => option.id === keyOf(item.value))).map((item) => ({ id: keyOf(item.value), value: item.value, label: fieldKind(group.type).text(item.value, group), color: undefined, ...told(keyOf(item.value)) }));
  const blank = at("") ? [{ id: "", value: null, label: t("kanban.blank"), color: undefined, ...told("") }] : [];
  return [...blank, ...options, ...others];
}

const clause = (group: Field, value: Value) => ({ field: group.name, ...(value === null ? { operator: "blank", value: null } : typeof value === "boolean" ? { operator: value ? "yes" : "no", value: null } : { operator: "in", value: [value] }) });

export default function Kanban({ app, metadata, entity, view, asked, open, create }: Props) {
  const [held, setHeld] = useState<RecordData | null>(null);
  const stores = useRef(new Map<string, RowStore>());
  const group = fieldAt(metadata, entity, view.group_by ?? "");
  const title = entity.fields.find((item) => item.name === view.title) ?? titled(entity);
  const shown = useMemo(() => (view.fields?.length ? view.fields : view.columns.map((column) => column.field)).flatMap((name) => fieldAt(metadata, entity, name) ?? []).filter((item) => item.name !== group?.name && item.name !== title?.name).slice(0, 4), [view, metadata, entity, group, title]);
  const summed = view.sum ? entity.fields.find((item) => item.name === view.sum) : undefined;
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 5 } }), useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }), useSensor(KeyboardSensor, { coordinateGetter: sideways }));
  const answer = useGroups(asked, view.group_by ?? "", summed?.name ?? "");
  const columns = useMemo(() => (group ? piles(group, answer.data ?? []) : []), [group, answer.data]);
  /** Shown at once in the column it was let go over, and put back when the server refuses. */
  const mover = useMemo(() => ({
    patch: (id: number, values: { [field: string]: Value }) => {
      const from = [...stores.current.values()].find((store) => store.state.items.some((item) => item.id === id));
      const to = group && group.name in values ? stores.current.get(keyOf(values[group.name] ?? null)) : from;
      if (!from || !to || from === to) return from?.patch(id, values);
      const record = from.take(id);
      if (record) to.put({ ...record, ...values } as RecordData);
    },
  }), [group]);
  const save = useSave(app, entity, mover);
  if (!group) return null;
  if (answer.isError) return <Failed error={answer.error} retry={() => void answer.refetch()} />;
  const may = entity.access.update && group.access === "write" && !group.multiple;
  const labelOf = (id: unknown) => columns.find((column) => column.id === id)?.label ?? "";

  const drop = (event: DragEndEvent) => {
    const record = held;
    setHeld(null);
    const to = columns.find((column) => column.id === String(event.over?.id));
    if (!record || !to || keyOf(record[group.name] ?? null) === to.id) return;
    void save(record, { [group.name]: to.value }).then(() => client.invalidateQueries({ queryKey: ["groups", app, entity.name] }));
  };
  return (
    <DndContext
      sensors={sensors} onDragStart={(event) => setHeld((event.active.data.current?.["record"] as RecordData | undefined) ?? null)} onDragCancel={() => setHeld(null)} onDragEnd={drop}
      accessibility={{ screenReaderInstructions: { draggable: t("kanban.keys") }, announcements: {
        onDragStart: () => t("kanban.lifted"), onDragOver: ({ over }) => (over ? t("kanban.over", { name: labelOf(over.id) }) : ""), onDragEnd: ({ over }) => (over ? t("kanban.dropped", { name: labelOf(over.id) }) : ""), onDragCancel: () => t("kanban.cancelled"),
      } }}
    >
      <div className="kanban">
        {columns.map((column) => (
          <Column key={column.id} {...{ column, group, entity, metadata, asked, summed, may, title, shown, open, create }} held={held?.id ?? null} cover={view.cover} join={(store) => void (store ? stores.current.set(column.id, store) : stores.current.delete(column.id))} />
        ))}
        {answer.isPending && [0, 1, 2].map((index) => <section key={index} className="kanban-column"><div className="kanban-head"><Bone width={70} height={20} /></div><div className="kanban-cards">{[0, 1, 2].map((row) => <div key={row} className="card"><Bone width="70%" /><Bone width="45%" style={{ marginTop: 10 }} /></div>)}</div></section>)}
      </div>
      <DragOverlay dropAnimation={{ duration: 160, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" }}>{held && <div className="card floating"><Inside record={held} title={title} shown={shown} cover={view.cover} /></div>}</DragOverlay>
    </DndContext>
  );
}

interface ColumnProps extends CardProps {
  column: Pile;
  group: Field;
  entity: Entity;
  metadata: Metadata;
  asked: Asked;
  summed: Field | undefined;
  may: boolean;
  held: number | null;
  open: (record: RecordData) => void;
  create: (values?: { [field: string]: Value }) => void;
  join: (store: RowStore | null) => void;
}

/** One column asks for its own rows, page by page as one scrolls. */
function Column({ column, group, entity, metadata, asked, summed, may, held, open, create, join, title, shown, cover }: ColumnProps) {
  const { setNodeRef, isOver } = useDroppable({ id: column.id });
  const within = useMemo((): Asked => ({ ...asked, filter: both(asked.filter, write({ join: "and", items: [clause(group, column.value)] }, (name) => fieldAt(metadata, entity, name))) }), [asked, group, column.value, metadata, entity]);
  const store = useRows(within);
  const state = useRowsState(store);
  const latest = useRef(join);
  latest.current = join;
  useEffect(() => {
    latest.current(store);
    return () => latest.current(null);
  }, [store]);
  // a reference is counted by its number alone; what it is called stands in the rows
  const label = typeof column.value === "number" ? fieldKind(group.type).text(state.items[0]?.[group.name] ?? null, group) || "…" : column.label;
  const total = summed && column.sum !== null ? fieldKind(effective(summed)[1].type).text(column.sum, effective(summed)[1]) : "";
  return (
    <section ref={setNodeRef} className={`kanban-column ${isOver ? "over" : ""}`} aria-label={label}>
      <div className="kanban-head">
        <Tag color={column.id ? column.color : "gray"}>{label}</Tag>
        <span className="third number small">{number(column.count)}</span>
        <span className="grow" />
        {total && <span className="small second number" title={pick(summed?.label)}>{total}</span>}
        {entity.access.create && <button type="button" className="icon-button" style={{ width: 24, height: 24 }} aria-label={t("kanban.add", { name: label })} onClick={() => create(column.value === null ? {} : { [group.name]: column.value })}><Plus size={15} /></button>}
      </div>
      <div className="kanban-cards" onScroll={(event) => event.currentTarget.scrollHeight - event.currentTarget.scrollTop - event.currentTarget.clientHeight < 400 && store.more()}>
        {state.status === "loading" && column.count > 0 && [0, 1, 2].map((row) => <div key={row} className="card"><Bone width="70%" /><Bone width="45%" style={{ marginTop: 10 }} /></div>)}
        {state.status === "failed" && <Failed error={state.error} retry={() => store.reload(true)} />}
        {state.items.map((record) => <Card key={record.id} {...{ record, title, shown, may, open, cover }} lifted={record.id === held} />)}
      </div>
    </section>
  );
}

/** Arrow keys carry a card from column to column. */
const sideways = (event: KeyboardEvent, { currentCoordinates }: { currentCoordinates: { x: number; y: number } }) => {
  if (event.code === "ArrowRight") return { ...currentCoordinates, x: currentCoordinates.x + 300 };
  if (event.code === "ArrowLeft") return { ...currentCoordinates, x: currentCoordinates.x - 300 };
  return undefined;
};

interface CardProps {
  title: Field | undefined;
  shown: Field[];
  cover: string | undefined;
}

function Card({ record, title, shown, cover, may, lifted, open }: CardProps & { record: RecordData; may: boolean; lifted: boolean; open: (record: RecordData) => void }) {
  const { setNodeRef, attributes, listeners } = useDraggable({ id: record.id, disabled: !may, data: { record } });
  return (
    <div
      ref={setNodeRef} {...attributes} {...listeners} className={`card ${lifted ? "lifted" : ""}`} onClick={() => open(record)}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          event.preventDefault();
          open(record);
        } else listeners?.["onKeyDown"]?.(event);
      }}
    >
      <Inside {...{ record, title, shown, cover }} />
    </div>
  );
}

function Inside({ record, title, shown, cover }: CardProps & { record: RecordData }) {
  const picture = cover ? attached(record[cover] ?? null)[0] : undefined;
  return (
    <>
      {picture && <img className="card-cover" src={`/api/files/${picture.id}/${picture.key}`} alt="" loading="lazy" />}
      <div className="card-title">{title ? fieldKind(title.type).text(record[title.name] ?? null, title) || t("record.untitled") : `#${record.id}`}</div>
      <div className="card-fields">
        {shown.map((field) => {
          const value = record[field.name] ?? null;
          if (isBlank(value)) return null;
          const Shown = fieldKind(field.type).Cell;
          const plain = ["choice", "user", "reference", "boolean", "rating", "created_by", "department"].includes(field.type);
          return <div key={field.name}>{!plain && <span className="third">{pick(field.label)}</span>}<Shown value={value} field={field} /></div>;
        })}
      </div>
    </>
  );
}
