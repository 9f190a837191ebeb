/** One row of the list: its cells, its box, and the editor of the cell one is typing in. */
import { PanelRightOpen, Pencil } from "lucide-react";
import { memo, useRef, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import type { RecordData, Value } from "../../kernel/types";
import { Masked, Still } from "../../kit/cells";
import { effective } from "../../kit/derived";
import { fieldKind } from "../../kit/fields";
import { Filling } from "../../kit/Filling";
import { useFocusInside } from "../../kit/focus";
import type { Column } from "./layout";
import { editable } from "./Table";

export interface At {
  row: number;
  column: number;
}

interface Props {
  record: RecordData;
  index: number;
  top: number;
  height: number;
  width: number;
  before: number;
  first: number;
  lead: Column;
  leadWidth: number;
  visible: { column: Column; index: number }[];
  chosen: boolean;
  current: boolean;
  active: number | null;
  editing: string | true | null;
  mayUpdate: boolean;
  onChoose: (index: number, on: boolean, range: boolean) => void;
  onOpen: (record: RecordData) => void;
  onActive: (column: number, edit: boolean) => void;
  onDone: (at: At, value: Value | undefined, then: "down" | "right" | "left" | "stay") => void;
}

function RowOf({ record, index, top, height, width, before, first, lead, leadWidth, visible, chosen, current, active, editing, mayUpdate, onChoose, onOpen, onActive, onDone }: Props) {
  const cell = (column: Column, at: number, style: React.CSSProperties, className = "") => (
    <Cell key={column.name} {...{ column, record, style, className, height }} at={{ row: index, column: at }} active={active === at} editing={active === at ? editing : null} may={editable(column, mayUpdate)} onActive={onActive} onDone={onDone} title={at === 0} />
  );
  return (
    <div
      className={`grid-row ${chosen ? "chosen" : ""} ${current ? "current" : ""}`} role="row" aria-rowindex={index + 2} aria-selected={chosen} style={{ transform: `translateY(${top}px)`, height, width }}
      onClick={(event) => {
        const target = event.target as HTMLElement;
        if (target.closest("button, input, a, .editing, .ant-select-dropdown, .ant-picker-dropdown")) return;
        onActive(Number(target.closest<HTMLElement>("[data-column]")?.dataset["column"] ?? 0), false);
        onOpen(record);
      }}
    >
      <span className="grid-check pin" style={{ width: first }} role="gridcell">
        <span className="grid-number number">{index + 1}</span>
        <input type="checkbox" checked={chosen} tabIndex={-1} aria-label={t("list.choose")} onChange={() => undefined} onClick={(event) => onChoose(index, !chosen, event.shiftKey)} />
      </span>
      {cell(lead, 0, { width: leadWidth, left: first }, "pin lead")}
      <span style={{ width: before, flex: "none" }} />
      {visible.map(({ column, index: at }) => cell(column, at, { width: column.width }))}
    </div>
  );
}

export const Row = memo(RowOf, (a, b) => {
  for (const key of ["record", "index", "top", "height", "width", "before", "leadWidth", "lead", "visible", "chosen", "current", "active", "editing", "mayUpdate", "onChoose", "onDone"] as const)
    if (a[key] !== b[key]) return false;
  return true;
});

interface CellProps {
  column: Column;
  record: RecordData;
  style: React.CSSProperties;
  className: string;
  height: number;
  at: At;
  active: boolean;
  editing: string | true | null;
  may: boolean;
  title: boolean;
  onActive: Props["onActive"];
  onDone: Props["onDone"];
}

function Cell({ column, record, style, className, at, active, editing, may, title, onActive, onDone }: CellProps) {
  const { field } = column;
  const kind = fieldKind(field.type);
  const value = record[column.name] ?? null;
  const Shown = kind.Cell;
  const end = effective(field)[0].align === "end";
  return (
    <span
      id={`cell-${at.row}-${at.column}`} role="gridcell" data-column={at.column} style={style} className={`grid-cell ${className} ${end ? "end" : ""} ${active ? "active" : ""} ${editing ? "editing" : ""}`}
    >
      {editing ? (
        <Editor column={column} value={value} typed={editing === true ? null : editing} done={(next, then) => onDone(at, next, then)} />
      ) : field.access === "masked" ? (
        <Masked />
      ) : title && value === null ? (
        <span className="third">{t("record.untitled")}</span>
      ) : (
        <>
          {field.type === "measure" && <Still record={record} name={column.name} />}
          {value !== null && <Shown value={value} field={field} />}
        </>
      )}
      {may && !editing && (
        <button type="button" className="plain grid-pencil" tabIndex={-1} aria-label={t("list.edit", { name: pick(column.label) })} title={t("list.edit", { name: pick(column.label) })} onClick={() => onActive(at.column, true)}>
          <Pencil size={12} aria-hidden />
        </button>
      )}
      {title && !may && <PanelRightOpen className="grid-open" size={13} aria-hidden />}
    </span>
  );
}

function Editor({ column, value, typed, done }: { column: Column; value: Value; typed: string | null; done: (value: Value | undefined, then: "down" | "right" | "left" | "stay") => void }) {
  const kind = fieldKind(column.field.type);
  const Input = kind.Compact!;
  const start = typed === null ? value : /text|phone|email|url|id_card/.test(column.field.type) ? typed : (kind.parse?.(typed, column.field) ?? value);
  const [now, setNow] = useState<Value>(start);
  const latest = useRef(now);
  const over = useRef(false);
  const box = useRef<HTMLSpanElement>(null);
  useFocusInside(box, true);
  const finish = (next: Value | undefined, then: "down" | "right" | "left" | "stay") => {
    if (over.current) return;
    over.current = true;
    done(next, then);
  };
  return (
    <span
      ref={box}
      className="grow"
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Escape") finish(undefined, "stay");
        if (event.key === "Tab") {
          event.preventDefault();
          finish(latest.current, event.shiftKey ? "left" : "right");
        }
      }}
      onBlur={(event) => {
        const to = event.relatedTarget as HTMLElement | null;
        if (event.currentTarget.contains(to) || to?.closest(".ant-select-dropdown, .ant-picker-dropdown, .ant-cascader-dropdown")) return;
        setTimeout(() => finish(latest.current, "stay"), to ? 0 : 160);
      }}
    >
      <Filling>
        <Input
          bare autoFocus field={column.field} value={now}
          onChange={(next) => {
            latest.current = next;
            setNow(next);
          }}
          onDone={(next) => finish(next, "down")}
        />
      </Filling>
    </span>
  );
}
