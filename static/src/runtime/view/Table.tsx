/** The list as a grid: virtual both ways, walked by keys, edited in place. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { derived } from "../../kernel/metadata";
import { cells } from "../../kernel/sum";
import type { Field, RecordData, Sort, Value } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import { useLook, usePhone } from "../../kit/look";
import { HeadCell } from "./HeadCell";
import { Foot, GroupHead } from "./TableSums";
import { keyOf, type Totals } from "./groups";
import type { Column } from "./layout";
import { useRowsState, type RowStore } from "./rows";
import type { Save } from "./save";
import { Row, type At } from "./Row";

interface Props {
  store: RowStore;
  group: Field | undefined;
  totals: Totals;
  columns: Column[];
  sorts: Sort[];
  mayUpdate: boolean;
  chosen: ReadonlySet<number>;
  setChosen: (chosen: Set<number>) => void;
  open: (record: RecordData) => void;
  openId: number | null;
  save: Save;
  onSort: (field: string, descending?: boolean) => void;
  onWidth: (field: string, width: number) => void;
  onMove: (field: string, before: string | null) => void;
  onHide: (field: string) => void;
  onFilter: (field: string) => void;
}

export const editable = (column: Column, may: boolean) =>
  may && column.field.access === "write" && !column.name.includes(".") && !derived(column.field) && !!fieldKind(column.field.type).Compact;

/** The lines of the grid: rows, and before the first of each group its head. */
function placed(rows: readonly RecordData[], group: Field | undefined): { lines: { row: number; head: boolean }[]; lineOf: number[] } {
  const lines: { row: number; head: boolean }[] = [];
  const lineOf: number[] = [];
  rows.forEach((record, row) => {
    if (group && (row === 0 || keyOf(record[group.name]) !== keyOf(rows[row - 1]![group.name]))) lines.push({ row, head: true });
    lineOf.push(lines.length);
    lines.push({ row, head: false });
  });
  return { lines, lineOf };
}

export function Table({ store, group, totals, columns, sorts, mayUpdate, chosen, setChosen, open, openId, save, onSort, onWidth, onMove, onHide, onFilter }: Props) {
  const state = useRowsState(store);
  const look = useLook();
  const phone = usePhone();
  const scroller = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<At | null>(null);
  const [editing, setEditing] = useState<string | true | null>(null);
  const anchor = useRef<number | null>(null);
  const height = look.dense ? 32 : 40;
  const first = phone ? 36 : 44;
  const rows = state.items;
  const { lines, lineOf } = useMemo(() => placed(rows, group), [rows, group]);
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 10, useFlushSync: false, paddingEnd: state.next ? height * 3 : 0 });
  const rest = useMemo(() => columns.slice(1), [columns]);
  const across = useVirtualizer({ horizontal: true, count: rest.length, getScrollElement: () => scroller.current, estimateSize: (index) => rest[index]!.width, overscan: 2, useFlushSync: false, initialRect: { width: 1600, height: 0 } });
  const lead = columns[0];
  const leadWidth = lead ? Math.min(lead.width, phone ? 168 : 640) : 0;
  const pinned = first + leadWidth;

  useEffect(() => virtual.measure(), [height, virtual]);
  useEffect(() => across.measure(), [columns, across]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    element.scrollTop = store.scroll.top;
    element.scrollLeft = store.scroll.left;
    setAt(null);
    setEditing(null);
  }, [store]);

  const items = virtual.getVirtualItems();
  const last = lines[items.at(-1)?.index ?? 0]?.row ?? 0;
  useEffect(() => {
    if (state.status === "ready" && state.next && last > rows.length - 60) store.more();
  }, [last, rows.length, state.status, state.next, store]);

  const move = useCallback((down: number, right: number) => {
    setAt((now) => {
      const next = { row: Math.max(0, Math.min(rows.length - 1, (now?.row ?? -1) + down)), column: Math.max(0, Math.min(columns.length - 1, (now?.column ?? 0) + right)) };
      virtual.scrollToIndex(lineOf[next.row] ?? next.row);
      if (next.column > 0) across.scrollToIndex(next.column - 1);
      return next;
    });
  }, [rows.length, columns.length, virtual, across, lineOf]);

  const focus = useCallback(() => scroller.current?.focus({ preventScroll: true }), []);

  const choose = useCallback((index: number, on: boolean, range: boolean) => {
    const next = new Set(chosen);
    const from = range && anchor.current !== null ? anchor.current : index;
    for (let step = Math.min(from, index); step <= Math.max(from, index); step += 1) {
      const id = rows[step]?.id;
      if (id === undefined) continue;
      if (on) next.add(id);
      else next.delete(id);
    }
    anchor.current = index;
    setChosen(next);
  }, [chosen, rows, setChosen]);

  const done = useCallback((where: At, value: Value | undefined, then: "down" | "right" | "left" | "stay") => {
    const record = rows[where.row];
    const column = columns[where.column];
    setEditing(null);
    focus();
    if (record && column && value !== undefined && JSON.stringify(value) !== JSON.stringify(record[column.name] ?? null)) void save(record, { [column.name]: value });
    if (then === "down") move(1, 0);
    if (then === "right" || then === "left") {
      const step = then === "right" ? 1 : -1;
      for (let next = where.column + step; next >= 0 && next < columns.length; next += step)
        if (editable(columns[next]!, mayUpdate)) {
          setAt({ row: where.row, column: next });
          if (next > 0) across.scrollToIndex(next - 1);
          setEditing(true);
          return;
        }
    }
  }, [rows, columns, save, move, focus, mayUpdate, across]);

  const keydown = (event: React.KeyboardEvent) => {
    if (editing || event.target !== scroller.current) return;
    const row = at && rows[at.row];
    const column = at && columns[at.column];
    const steps: Record<string, [number, number]> = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], PageDown: [12, 0], PageUp: [-12, 0] };
    const step = steps[event.key];
    if (step && !event.metaKey && !event.ctrlKey) {
      event.preventDefault();
      if (event.shiftKey && at && step[0]) choose(Math.max(0, Math.min(rows.length - 1, at.row + step[0])), true, true);
      return move(step[0], step[1]);
    }
    if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      return event.key === "Home" ? move(-rows.length, -columns.length) : move(rows.length, 0);
    }
    if (event.key === "Escape" && chosen.size) return setChosen(new Set());
    if ((event.metaKey || event.ctrlKey) && event.key === "a") {
      event.preventDefault();
      return setChosen(new Set(rows.map((item) => item.id)));
    }
    if (!at || !row || !column) return;
    if ((event.metaKey || event.ctrlKey) && event.key === "c") return void navigator.clipboard?.writeText(fieldKind(column.field.type).text(row[column.name] ?? null, column.field));
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === "Enter") return open(row);
    if (event.key === " ") {
      event.preventDefault();
      return choose(at.row, !chosen.has(row.id), event.shiftKey);
    }
    if (!editable(column, mayUpdate)) return;
    if (event.key === "F2") setEditing(true);
    else if ((event.key === "Delete" || event.key === "Backspace") && !column.field.required) void save(row, { [column.name]: null });
    else if (event.key.length === 1 && event.key !== "/" && event.key !== "?") {
      event.preventDefault();
      setEditing(event.key);
    }
  };

  const paste = (event: React.ClipboardEvent) => {
    if (editing || !at || event.target !== scroller.current) return;
    const block = cells(event.clipboardData.getData("text/plain")).slice(0, 200);
    event.preventDefault();
    const together = {};
    block.forEach((line, down) => {
      const record = rows[at.row + down];
      const values: { [field: string]: Value } = {};
      line.forEach((text, right) => {
        const column = columns[at.column + right];
        if (!column || !editable(column, mayUpdate)) return;
        const value = fieldKind(column.field.type).parse?.(text.trim(), column.field);
        if (value !== undefined) values[column.name] = value;
      });
      if (record && Object.keys(values).length) void save(record, values, together);
    });
  };

  const shown = across.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const width = pinned + across.getTotalSize() + 48;
  const visible = useMemo(() => shown.map((item) => ({ column: rest[item.index]!, index: item.index + 1 })), [shown, rest]);
  if (!lead) return null;
  return (
    <>
    <div
      ref={scroller} className="grid" role="grid" tabIndex={0} aria-rowcount={state.count?.capped ? -1 : (state.count?.count ?? -1)} aria-colcount={columns.length} aria-label={t("list.grid")} aria-activedescendant={at ? `cell-${at.row}-${at.column}` : undefined}
      onKeyDown={keydown} onPaste={paste}
      onFocus={(event) => event.target === scroller.current && !at && event.target.matches(":focus-visible") && rows.length && setAt({ row: 0, column: 0 })}
      onScroll={(event) => (store.scroll = { top: event.currentTarget.scrollTop, left: event.currentTarget.scrollLeft })}
    >
      <div className="grid-head" role="row" style={{ width }}>
        <span className="grid-check pin" role="columnheader" style={{ width: first }}>
          <input type="checkbox" aria-label={t("list.choose_all")} checked={rows.length > 0 && chosen.size >= rows.length} ref={(box) => void (box && (box.indeterminate = chosen.size > 0 && chosen.size < rows.length))} onChange={(event) => setChosen(event.target.checked ? new Set(rows.map((item) => item.id)) : new Set())} />
        </span>
        <HeadCell column={lead} width={leadWidth} left={first} sort={sorts.find((sort) => sort.field === lead.name)} first {...{ onSort, onWidth, onMove, onHide, onFilter }} columns={columns} />
        <span style={{ width: before, flex: "none" }} />
        {visible.map(({ column }) => (
          <HeadCell key={column.name} column={column} width={column.width} sort={sorts.find((sort) => sort.field === column.name)} {...{ onSort, onWidth, onMove, onHide, onFilter }} columns={columns} />
        ))}
      </div>
      <div role="rowgroup" style={{ height: virtual.getTotalSize(), width, position: "relative" }}>
        {items.map((item) => {
          const line = lines[item.index]!;
          const record = rows[line.row]!;
          if (line.head && group) return <GroupHead key={`group${keyOf(record[group.name])}`} top={item.start} height={height} width={width} group={group} value={record[group.name] ?? null} columns={columns} totals={totals} />;
          return (
            <Row
              key={record.id} record={record} index={line.row} top={item.start} height={height} width={width} before={before} first={first} lead={lead} leadWidth={leadWidth} visible={visible}
              chosen={chosen.has(record.id)} current={record.id === openId} active={at?.row === line.row ? at.column : null} editing={at?.row === line.row ? editing : null} mayUpdate={mayUpdate}
              onChoose={choose} onOpen={open} onDone={done}
              onActive={(column, edit) => {
                setAt({ row: line.row, column });
                if (edit) setEditing(true);
                else focus();
              }}
            />
          );
        })}
        {state.next && <div className="grid-more" style={{ top: virtual.getTotalSize() - height * 3 }}>{[0, 1, 2].map((row) => <div key={row} style={{ height }} className="grid-bone"><span className="bone" style={{ width: 160 - row * 24, height: 10 }} /><span className="bone" style={{ width: 320, height: 10 }} /></div>)}</div>}
      </div>
      {Object.keys(totals.all).length > 0 && <Foot {...{ width, first, lead, leadWidth, before, visible, totals }} />}
    </div>
    <span className="hidden" aria-live="polite">{at && rows[at.row] && columns[at.column] ? `${pick(columns[at.column]!.label)} ${fieldKind(columns[at.column]!.field.type).text(rows[at.row]![columns[at.column]!.name] ?? null, columns[at.column]!.field)}` : ""}</span>
    </>
  );
}
