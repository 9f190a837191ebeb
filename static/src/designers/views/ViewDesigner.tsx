/** The view designer: columns, conditions and order at the left, real records as they will be seen at the right. */
import { Cascader, Segmented } from "antd";
import { ArrowDownAZ, ArrowUpAZ, Calendar, ChartGantt, GripVertical, KanbanSquare, Table2, X } from "lucide-react";
import { useRef, useState, type ReactNode } from "react";
import { language, pick, t } from "../../kernel/i18n";
import { entityOf, field as fieldAt, target } from "../../kernel/metadata";
import type { Entity, Json, Metadata, Sort, ViewColumn } from "../../kernel/types";
import { Empty } from "../../kit/parts";
import { change, useBook, useDesign } from "../context";
import { ConditionField } from "../inspector/Condition";
import { Inspector } from "../inspector/Inspector";
import { iconFor } from "../inspector/words";
import { InlineText } from "../shell/InlineText";
import { labelOf, metadataOf, relabelled, short } from "../shape";
import { Preview } from "./Preview";

const kinds = { table: Table2, kanban: KanbanSquare, calendar: Calendar, gantt: ChartGantt } as const;

export default function ViewDesigner({ id }: { id: string }) {
  const { app, draft, schemas } = useDesign();
  const book = useBook();
  const view = book["view"]![id]!;
  const metadata = metadataOf(app, book);
  const entity = entityOf(metadata, short(String(view["entity"])));
  const type = String(view["type"] ?? "table");
  const set = (values: { [key: string]: Json | undefined }, label = "design.step_change", merge?: string) => change(draft, ["view", id], values, label, merge);
  if (!entity) return <Empty picture="broken" title={t("form.entity_gone")} hint={t("form.entity_gone_hint")} />;
  const columns = (view["columns"] ?? []) as unknown as ViewColumn[];
  const sorts = (view["sorts"] ?? []) as unknown as Sort[];
  const own = schemas.kinds["views"]?.[type]?.schema ?? {};
  return (
    <div className="view-designer">
      <aside className="view-settings">
        <header className="data-head"><InlineText once className="data-name" value={pick(labelOf(view))} label={t("form.rename")} onChange={(text) => set({ label: relabelled(labelOf(view), language(), text) as Json }, "design.step_rename")} /><span className="small third">{pick(entity.label)}</span></header>
        <Segmented block value={type} onChange={(next) => set({ type: next, ...starting(next, entity, view) })} options={Object.keys(schemas.kinds["views"] ?? kinds).sort((a, b) => Number(b === "table") - Number(a === "table")).map((name) => {
          const Picture = kinds[name as keyof typeof kinds] ?? Table2;
          return { value: name, icon: <Picture size={15} />, label: t(`view.${name}`) };
        })} />
        {type === "table" && (
          <Block title={t("view.columns")}>
            <Sortable items={columns.map((column) => column.field)} onMove={(from, to) => draft.run({ label: "design.step_move", patches: [{ do: "move", from: ["view", id, "columns", from], to: ["view", id, "columns", to] }] })}>
              {(at) => {
                const column = columns[at]!;
                const field = fieldAt(metadata, entity, column.field);
                const Picture = iconFor(field?.type ?? "text");
                return (
                  <>
                    <Picture size={15} className="third" aria-hidden />
                    <span className="grow cut"><InlineText value={pick(column.label) || pathLabel(metadata, entity, column.field)} label={t("view.rename_column")} onChange={(text) => change(draft, ["view", id, "columns", at], { label: relabelled(column.label, language(), text) as Json }, "design.step_rename")} /></span>
                    <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => set({ columns: columns.filter((_, index) => index !== at) as unknown as Json })}><X size={14} /></button>
                  </>
                );
              }}
            </Sortable>
            <AddPath metadata={metadata} entity={entity} taken={columns.map((column) => column.field)} onAdd={(path) => set({ columns: [...columns, { field: path }] as unknown as Json }, "design.step_add")} />
          </Block>
        )}
        <Block title={t("view.filter")}><ConditionField entity={entity.name} text={String(view["filter"] ?? "")} title={t("view.filter")} blank={t("view.filter_none")} onChange={(text) => set({ filter: text || undefined })} /></Block>
        <Block title={t("view.sorts")}>
          <Sortable items={sorts.map((sort) => sort.field)} onMove={(from, to) => draft.run({ label: "design.step_move", patches: [{ do: "move", from: ["view", id, "sorts", from], to: ["view", id, "sorts", to] }] })}>
            {(at) => {
              const sort = sorts[at]!;
              return (
                <>
                  <span className="grow cut">{pathLabel(metadata, entity, sort.field)}</span>
                  <button type="button" className="plain view-way" onClick={() => change(draft, ["view", id, "sorts", at], { descending: sort.descending ? undefined : true })}>{sort.descending ? <ArrowUpAZ size={15} /> : <ArrowDownAZ size={15} />}{t(sort.descending ? "view.down" : "view.up")}</button>
                  <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => set({ sorts: sorts.filter((_, index) => index !== at) as unknown as Json })}><X size={14} /></button>
                </>
              );
            }}
          </Sortable>
          <AddPath metadata={metadata} entity={entity} taken={sorts.map((sort) => sort.field)} words={t("view.sort_add")} onAdd={(path) => set({ sorts: [...sorts, { field: path }] as unknown as Json }, "design.step_add")} />
        </Block>
        <Block title={t("view.kind_settings", { kind: t(`view.${type}`) })}>
          <Inspector owner={type} schema={{ properties: { ...own.properties, form: { type: "string", "x-ref": "form", "x-group": "more" }, page: { type: "string", "x-ref": "page", "x-group": "more" } } }} value={view} entity={entity.name} put={(key, value, typing) => set({ [key]: value }, "design.step_change", typing ? `${id} ${key}` : undefined)} />
        </Block>
      </aside>
      <Preview metadata={metadata} entity={entity} view={view} />
    </div>
  );
}

/** What a kind can't do without, guessed from the fields. */
function starting(type: string, entity: Entity, view: { [key: string]: Json }): { [key: string]: Json } {
  if (type === "kanban" && !view["group_by"]) {
    const field = entity.fields.find((item) => item.type === "choice" && !item.multiple);
    return field ? { group_by: field.name } : {};
  }
  if (type === "calendar" && !view["start"]) {
    const field = entity.fields.find((item) => item.type === "date" || item.type === "datetime");
    return field ? { start: field.name } : {};
  }
  if (type === "gantt") {
    // the first two days of the record, and what refers to its own kind
    const dated = entity.fields.filter((item) => item.type === "date" || item.type === "datetime");
    const own = entity.fields.filter((item) => item.type === "reference" && short(item.entity ?? "") === entity.name);
    const share = entity.fields.find((item) => item.type === "percent");
    const guess: { [key: string]: string | undefined } = { start: dated[0]?.name, end: dated[1]?.name, progress: share?.name, parent: own.find((item) => !item.multiple)?.name, depends_on: own.find((item) => item.multiple)?.name };
    return Object.fromEntries(Object.entries(guess).filter(([key, name]) => name && !view[key])) as { [key: string]: Json };
  }
  return {};
}

export function pathLabel(metadata: Metadata, entity: Entity, path: string): string {
  const words: string[] = [];
  let here: Entity | undefined = entity;
  for (const step of path.split(".")) {
    const found: ReturnType<typeof fieldAt> = here && fieldAt(metadata, here, step);
    words.push(pick(found?.label, step));
    here = found ? entityOf(metadata, target(found) ?? "") : undefined;
  }
  return words.join(" · ");
}

function Block({ title, children }: { title: string; children: ReactNode }) {
  return <section className="view-block"><h4>{title}</h4>{children}</section>;
}

interface Choice {
  value: string;
  label: string;
  children?: Choice[];
}

/** A field, or one along references, as deep as three steps. */
function AddPath({ metadata, entity, taken, onAdd, words }: { metadata: Metadata; entity: Entity; taken: string[]; onAdd: (path: string) => void; words?: string }) {
  const [typed, setTyped] = useState<string[]>([]);
  const [search, setSearch] = useState("");
  const walked = useRef(false);
  const tree = (of: Entity, depth: number, before: string): Choice[] => [
    ...of.fields.filter((field) => field.type !== "lines").map((field): Choice => {
      const next = depth < 2 && field.type === "reference" && !field.multiple ? entityOf(metadata, target(field) ?? "") : undefined;
      const path = before ? `${before}.${field.name}` : field.name;
      return { value: field.name, label: `${pick(field.label)}${taken.includes(path) ? " ✓" : ""}`, ...(next ? { children: tree(next, depth + 1, path) } : {}) };
    }),
    ...(before ? [] : ["created_at", "created_by", "changed_at", "changed_by"].map((name): Choice => ({ value: name, label: t(`field.${name}`) }))),
  ];
  const options = tree(entity, 0, "");
  const fits = (text: string, path: readonly Choice[]) => path.some((one) => one.label.toLowerCase().includes(text.toLowerCase()));
  const first = (list: readonly Choice[], before: Choice[]): string | undefined => {
    for (const one of list) {
      const path = [...before, one];
      const found = one.children ? first(one.children, path) : undefined;
      if (found) return found;
      if (!one.children && fits(search, path)) return path.map((step) => step.value).join(".");
    }
    return undefined;
  };
  return (
    <Cascader value={typed} options={options} changeOnSelect={false} expandTrigger="hover" placeholder={words ?? t("view.column_add")} aria-label={words ?? t("view.column_add")} showSearch={{ searchValue: search, onSearch: setSearch, filter: fits }} style={{ width: "100%" }} onKeyDown={(event) => {
      // Enter takes the first that fits, unless the arrows went elsewhere
      if (event.key.startsWith("Arrow")) walked.current = true;
      if (event.key !== "Enter" || event.nativeEvent.isComposing || !search.trim() || walked.current) return;
      const said = first(options, []);
      if (said && !taken.includes(said)) onAdd(said);
      if (said) setSearch("");
    }} onChange={(path) => {
      setTyped([]);
      setSearch("");
      walked.current = false;
      const said = path?.map(String).join(".");
      if (said && !taken.includes(said)) onAdd(said);
    }} />
  );
}

/** A short list put in order by its handle, or by Alt+↑↓. */
export function Sortable({ items, onMove, children }: { items: string[]; onMove: (from: number, to: number) => void; children: (at: number) => ReactNode }) {
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  return (
    <div className="sortable" role="list">
      {items.map((item, at) => (
        <div
          key={item} role="listitem" className={`sortable-row ${over === at ? "over" : ""} ${over === at && dragged !== null && dragged < at ? "below" : ""}`} draggable={dragged === at}
          onDragOver={(event) => { if (dragged !== null) { event.preventDefault(); setOver(at); } }} onDrop={() => { if (dragged !== null && dragged !== at) onMove(dragged, at); }} onDragEnd={() => { setDragged(null); setOver(null); }}
        >
          <button type="button" className="plain grip" aria-label={t("view.move")} onPointerDown={() => setDragged(at)} onPointerUp={() => setDragged(null)} onKeyDown={(event) => {
            const way = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
            if (!way || at + way < 0 || at + way >= items.length) return;
            event.preventDefault();
            onMove(at, at + way);
          }}><GripVertical size={14} /></button>
          {children(at)}
        </div>
      ))}
    </div>
  );
}
