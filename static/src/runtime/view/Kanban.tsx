/** Cards in the columns of a choice; dragging a card, by hand or by keys, changes the choice. */
import { DndContext, DragOverlay, KeyboardSensor, PointerSensor, TouchSensor, useDraggable, useDroppable, useSensor, useSensors, type DragEndEvent } from "@dnd-kit/core";
import { Plus } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { field as fieldAt, titled } from "../../kernel/metadata";
import { sum } from "../../kernel/sum";
import type { Entity, Field, Metadata, RecordData, Value, ViewDefinition } from "../../kernel/types";
import { attached } from "../../kit/attached";
import { effective } from "../../kit/derived";
import { fieldKind, isBlank } from "../../kit/fields";
import { Bone, Tag } from "../../kit/parts";
import { useRowsState, type RowStore } from "./rows";
import type { Save } from "./save";

interface Props {
  metadata: Metadata;
  entity: Entity;
  view: ViewDefinition;
  store: RowStore;
  save: Save;
  open: (record: RecordData) => void;
  create: (values?: { [field: string]: Value }) => void;
}

const key = (value: Value): string => (value === null || value === undefined ? "" : typeof value === "object" && !Array.isArray(value) ? String(value["id"]) : String(value));

export default function Kanban({ metadata, entity, view, store, save, open, create }: Props) {
  const state = useRowsState(store);
  const [held, setHeld] = useState<number | null>(null);
  const group = fieldAt(metadata, entity, view.group_by ?? "");
  const title = entity.fields.find((item) => item.name === view.title) ?? titled(entity);
  const shown = useMemo(() => (view.fields?.length ? view.fields : view.columns.map((column) => column.field)).flatMap((name) => fieldAt(metadata, entity, name) ?? []).filter((item) => item.name !== group?.name && item.name !== title?.name).slice(0, 4), [view, metadata, entity, group, title]);
  const sums = view.sum ? entity.fields.find((item) => item.name === view.sum) : undefined;
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 5 } }), useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }), useSensor(KeyboardSensor, { coordinateGetter: sideways }));
  useEffect(() => {
    if (state.status === "ready" && state.next && state.items.length < 1000) store.more();
  }, [state, store]);

  const columns = useMemo(() => {
    const options = (group?.options ?? []).filter((option) => option.active !== false).map((option) => ({ value: option.value, label: pick(option.label, option.value), color: option.color }));
    const found = new Map(state.items.map((item) => [key(item[group?.name ?? ""] ?? null), item[group?.name ?? ""]]));
    const others = [...found].filter(([word]) => word && !options.some((option) => option.value === word)).map(([word, value]) => ({ value: word, label: fieldKind(group?.type ?? "text").text(value ?? null, group!), color: undefined }));
    const blank = state.items.some((item) => isBlank(item[group?.name ?? ""])) || !group?.required ? [{ value: "", label: t("kanban.blank"), color: undefined }] : [];
    return [...blank.filter(() => state.items.some((item) => isBlank(item[group?.name ?? ""]))), ...options, ...others];
  }, [group, state.items]);
  if (!group) return null;
  const may = entity.access.update && group.access === "write" && !group.multiple;

  const drop = (event: DragEndEvent) => {
    setHeld(null);
    const record = state.items.find((item) => item.id === Number(event.active.id));
    const to = event.over ? String(event.over.id) : null;
    if (!record || to === null || key(record[group.name] ?? null) === to) return;
    const other = state.items.find((item) => key(item[group.name] ?? null) === to)?.[group.name];
    void save(record, { [group.name]: to === "" ? null : group.type === "choice" ? to : (other ?? to) });
  };
  const lifted = state.items.find((item) => item.id === held);
  return (
    <DndContext
      sensors={sensors} onDragStart={(event) => setHeld(Number(event.active.id))} onDragCancel={() => setHeld(null)} onDragEnd={drop}
      accessibility={{ screenReaderInstructions: { draggable: t("kanban.keys") }, announcements: {
        onDragStart: () => t("kanban.lifted"), onDragOver: ({ over }) => (over ? t("kanban.over", { name: columns.find((column) => column.value === over.id)?.label ?? "" }) : ""), onDragEnd: ({ over }) => (over ? t("kanban.dropped", { name: columns.find((column) => column.value === over.id)?.label ?? "" }) : ""), onDragCancel: () => t("kanban.cancelled"),
      } }}
    >
      <div className="kanban">
        {columns.map((column) => {
          const cards = state.items.filter((item) => key(item[group.name] ?? null) === column.value);
          return (
            <Column key={column.value} id={column.value}>
              <div className="kanban-head">
                <Tag color={column.value ? column.color : "gray"}>{column.label}</Tag>
                <span className="third number small">{cards.length}{state.next ? "+" : ""}</span>
                <span className="grow" />
                {sums && cards.length > 0 && <span className="small second number">{sumText(cards, sums)}</span>}
                {entity.access.create && <button type="button" className="icon-button" style={{ width: 24, height: 24 }} aria-label={t("kanban.add", { name: column.label })} onClick={() => create(column.value ? { [group.name]: column.value } : {})}><Plus size={15} /></button>}
              </div>
              <div className="kanban-cards">
                {state.status === "loading" && [0, 1, 2].map((row) => <div key={row} className="card"><Bone width="70%" /><Bone width="45%" style={{ marginTop: 10 }} /></div>)}
                {cards.map((record) => <Card key={record.id} {...{ record, title, shown, may, open, cover: view.cover }} lifted={record.id === held} />)}
              </div>
            </Column>
          );
        })}
      </div>
      <DragOverlay dropAnimation={{ duration: 160, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" }}>{lifted && <div className="card floating"><Inside record={lifted} title={title} shown={shown} cover={view.cover} /></div>}</DragOverlay>
    </DndContext>
  );
}

function sumText(cards: RecordData[], field: Field): string {
  const [kind, as] = effective(field);
  const total = sum(cards.map((card) => card[field.name]));
  return kind.text(as.type === "integer" ? Number(total) : total, as);
}

/** Arrow keys carry a card from column to column. */
const sideways = (event: KeyboardEvent, { currentCoordinates }: { currentCoordinates: { x: number; y: number } }) => {
  if (event.code === "ArrowRight") return { ...currentCoordinates, x: currentCoordinates.x + 300 };
  if (event.code === "ArrowLeft") return { ...currentCoordinates, x: currentCoordinates.x - 300 };
  return undefined;
};

function Column({ id, children }: { id: string; children: React.ReactNode }) {
  const { setNodeRef, isOver } = useDroppable({ id });
  return <section ref={setNodeRef} className={`kanban-column ${isOver ? "over" : ""}`}>{children}</section>;
}

interface CardProps {
  record: RecordData;
  title: Field | undefined;
  shown: Field[];
  cover: string | undefined;
}

function Card({ record, title, shown, cover, may, lifted, open }: CardProps & { may: boolean; lifted: boolean; open: (record: RecordData) => void }) {
  const { setNodeRef, attributes, listeners } = useDraggable({ id: record.id, disabled: !may });
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

function Inside({ record, title, shown, cover }: CardProps) {
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
