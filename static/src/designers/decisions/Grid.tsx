/** A decision table one types in like a sheet: arrows, Enter and Tab, a block pasted from Excel, rows moved by their handle. */
import { Dropdown, Tooltip } from "antd";
import { ArrowDown, ArrowUp, Copy, CornerDownRight, Plus, Trash2 } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { words as toldWords } from "../../kernel/issues";
import { usePhone } from "../../kit/look";
import { Tag } from "../../kit/parts";
import { useDesign } from "../context";
import type { Doc, Placed } from "../draft";
import { edited, editedResult, pasted, shown, typed, typedResult, valueText, type Piece } from "./cells";
import { outputsOf, rowsOf, type Deeds, type Row } from "./deeds";
import { told, type Column, type Known } from "./words";

/** What a trial found: the truth of cells, and the rows that hit. */
export interface Seen {
  rows: { id: string; cells: { [column: string]: boolean }; in_force: boolean }[];
  hits: string[];
}

interface Props {
  table: Doc;
  known: Known;
  deeds: Deeds;
  issues: readonly Placed[];
  seen: Seen | null;
  counts: { [row: string]: number } | null;
  chosen: string;
  choose: (column: string) => void;
  add: (part: "when" | "then") => void;
  part: string;
}

const stored = (row: Row | undefined, column: Column): string => (!row ? "" : column.part === "row" ? String(row[column.id as "note"] ?? "") : (row[column.part]?.[column.id] ?? ""));
const editable = (text: string, column: Column): string => (column.part === "row" ? text : column.part === "when" ? edited(text, column.words) : editedResult(text, column.words));
const keep = (text: string, column: Column): string => (column.part === "row" ? (column.id === "note" ? text.trim() : typed(text, column.words)) : column.part === "when" ? typed(text, column.words) : typedResult(text, column.words));

export function Grid({ table, known, deeds, issues, seen, counts, chosen, choose, add, part }: Props) {
  const { draft } = useDesign();
  const phone = usePhone();
  const rows = rowsOf(table);
  const { columns } = known;
  const outputs = outputsOf(table);
  const [at, setAt] = useState<{ row: number; column: number } | null>(null);
  const [from, setFrom] = useState<{ row: number; column: number } | null>(null);
  const [text, setText] = useState<string | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const wants = useRef(false);
  const last = rows.length;
  useEffect(() => {
    const row = rows.findIndex((item) => item.id === part);
    if (part && row >= 0) {
      wants.current = true;
      setAt({ row, column: 0 });
      setFrom(null);
    }
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [part]);
  useEffect(() => {
    if (at && wants.current) {
      input.current?.focus({ preventScroll: true });
      input.current?.closest("td")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  }, [at]);
  const go = (row: number, column: number, extend = false) => {
    wants.current = true;
    setText(null);
    if (extend) setFrom(from ?? at);
    else setFrom(null);
    setAt({ row: Math.max(0, Math.min(last, row)), column: Math.max(0, Math.min(columns.length - 1, column)) });
  };
  const valueAt = (row: number, column: Column) => (row < last ? stored(rows[row], column) : column.part === "then" ? (outputs.find((item) => item.id === column.id)?.default ?? "") : "");
  const put = (cells: { row: number; column: number; text: string }[], label?: string) => {
    const defaults: { [output: string]: string } = {};
    const plain: { row: number; key: string; part: Column["part"]; text: string }[] = [];
    for (const cell of cells) {
      const column = columns[cell.column];
      if (!column) continue;
      const value = keep(cell.text, column);
      if (value === valueAt(cell.row, column)) continue;
      if (cells.length === 1 && cell.row === last && column.part === "then") defaults[column.id] = value;
      else plain.push({ row: cell.row, key: column.id, part: column.part, text: value });
    }
    if (plain.length || Object.keys(defaults).length) deeds.put(plain, defaults, label);
  };
  const commit = () => {
    if (at && text !== null && canEdit(at.row, columns[at.column]!)) put([{ ...at, text }]);
    setText(null);
  };
  const canEdit = (row: number, column: Column) => row < last || column.part === "then";
  const range = at && { top: Math.min(at.row, from?.row ?? at.row), bottom: Math.max(at.row, from?.row ?? at.row), left: Math.min(at.column, from?.column ?? at.column), right: Math.max(at.column, from?.column ?? at.column) };
  const begin = (next?: string) => {
    if (!at || !canEdit(at.row, columns[at.column]!)) return;
    setText(next ?? editable(valueAt(at.row, columns[at.column]!), columns[at.column]!));
  };
  const insert = (row: number, copy?: Row) => {
    deeds.insert(row, copy);
    go(row, copy ? (at?.column ?? 0) : 0);
  };
  const shift = (way: -1 | 1) => {
    if (!at || at.row >= last || at.row + way < 0 || at.row + way >= last) return;
    deeds.move(at.row, at.row + way);
    go(at.row + way, at.column);
  };
  const key = (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (!at || event.nativeEvent.isComposing) return;
    event.stopPropagation();
    const mod = event.metaKey || event.ctrlKey;
    const typing = text !== null;
    if (event.key === "Tab") {
      const step = event.shiftKey ? -1 : 1;
      const next = at.column + step;
      if ((next < 0 && at.row === 0) || (next >= columns.length && at.row >= last)) {
        commit();
        return;
      }
      event.preventDefault();
      commit();
      if (next < 0) go(at.row - 1, columns.length - 1);
      else if (next >= columns.length) go(at.row + 1, 0);
      else go(at.row, next);
    } else if (event.key === "Enter" && mod && !typing) {
      event.preventDefault();
      insert(Math.min(at.row + 1, last));
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (typing) {
        commit();
        go(at.row + (event.shiftKey ? -1 : 1), at.column);
      } else begin();
    } else if (event.key === "Escape") {
      if (typing) setText(null);
      else if (from) setFrom(null);
      else input.current?.blur();
    } else if (event.key === "F2") {
      event.preventDefault();
      if (!typing) begin();
    } else if (!typing && event.key.startsWith("Arrow")) {
      event.preventDefault();
      const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [0, 0];
      if (event.altKey && down) shift(down as -1 | 1);
      else if (mod) go(down ? (down > 0 ? last : 0) : at.row, right ? (right > 0 ? columns.length - 1 : 0) : at.column, event.shiftKey);
      else go(at.row + down!, at.column + right!, event.shiftKey);
    } else if (!typing && (event.key === "Delete" || event.key === "Backspace")) {
      event.preventDefault();
      if (mod && at.row < last) {
        deeds.remove(range!.top, Math.min(range!.bottom, last - 1));
        go(Math.max(0, range!.top - (range!.top >= last - 1 ? 1 : 0)), at.column);
      } else clear();
    } else if (!typing && mod && event.key.toLowerCase() === "d" && at.row < last) {
      event.preventDefault();
      insert(at.row + 1, rows[at.row]);
    } else if (!typing && mod && event.key.toLowerCase() === "z") {
      event.preventDefault();
      if (event.shiftKey) draft.document.redo();
      else draft.document.undo();
    } else if (!typing && mod && event.key.toLowerCase() === "y") {
      event.preventDefault();
      draft.document.redo();
    } else if (!typing && event.key === "Home") go(at.row, 0, event.shiftKey);
    else if (!typing && event.key === "End") go(at.row, columns.length - 1, event.shiftKey);
  };
  const block = () => Array.from({ length: range!.bottom - range!.top + 1 }, (_, down) => Array.from({ length: range!.right - range!.left + 1 }, (__, right) => ({ row: range!.top + down, column: range!.left + right })));
  const clear = () => put(block().flat().filter((cell) => canEdit(cell.row, columns[cell.column]!)).map((cell) => ({ ...cell, text: "" })));
  const copy = (event: React.ClipboardEvent, cut: boolean) => {
    if (!range || text !== null) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", block().map((line) => line.map((cell) => editable(valueAt(cell.row, columns[cell.column]!), columns[cell.column]!).replace(/[\t\n]/g, " ")).join("\t")).join("\n"));
    if (cut) clear();
  };
  const paste = (event: React.ClipboardEvent) => {
    const said = event.clipboardData.getData("text/plain");
    if (!range || !said || text !== null) return;
    event.preventDefault();
    const lines = pasted(said);
    const one = lines.length === 1 && lines[0]!.length === 1;
    const cells = one ? block().flat().map((cell) => ({ ...cell, text: lines[0]![0]! })) : lines.flatMap((line, down) => line.map((cell, right) => ({ row: range.top + down, column: range.left + right, text: cell })));
    put(cells.filter((cell) => cell.column < columns.length && (one ? canEdit(cell.row, columns[cell.column]!) : true)), "design.step_paste");
    if (!one) {
      setFrom({ row: range.top, column: range.left });
      setAt({ row: range.top + lines.length - 1, column: Math.min(columns.length - 1, range.left + Math.max(...lines.map((line) => line.length)) - 1) });
    }
  };
  const menu = (row: number) => ({
    items: [
      { key: "above", icon: <ArrowUp size={14} />, label: t("decision.insert_above") }, { key: "below", icon: <ArrowDown size={14} />, label: t("decision.insert_below") },
      { key: "copy", icon: <Copy size={14} />, label: t("decision.duplicate") },
      ...(row > 0 ? [{ key: "up", icon: <ArrowUp size={14} />, label: t("decision.row_up") }] : []), ...(row < last - 1 ? [{ key: "down", icon: <ArrowDown size={14} />, label: t("decision.row_down") }] : []),
      { type: "divider" as const }, { key: "remove", danger: true, icon: <Trash2 size={14} />, label: t("decision.row_remove") },
    ],
    onClick: ({ key: deed }: { key: string }) => {
      if (deed === "above") insert(row);
      else if (deed === "below") insert(row + 1);
      else if (deed === "copy") insert(row + 1, rows[row]);
      else if (deed === "remove") deeds.remove(row);
      else deeds.move(row, row + (deed === "up" ? -1 : 1));
    },
  });
  const inputs = columns.filter((item) => item.part === "when").length;
  const results = columns.filter((item) => item.part === "then").length;
  const trial = useMemo(() => new Map((seen?.rows ?? []).map((row) => [row.id, row])), [seen]);
  const head = (column: Column) => {
    if (column.part === "row") return <span className="decision-head plainly">{t(`decision.col_${column.id}`)}</span>;
    const wrong = issues.some((issue) => String(issue.path[0]) === (column.part === "when" ? "inputs" : "outputs") && String(issue.path[1]) === column.id);
    return (
      <button type="button" className={`plain decision-head ${wrong ? "bad" : ""}`} aria-pressed={chosen === `${column.part}:${column.id}`} onClick={() => choose(`${column.part}:${column.id}`)}>
        <b>{column.label || t("decision.unnamed")}</b>
        <span className="cut" title={column.says}>{column.part === "when" ? (column.says === column.label ? "" : column.says) : t(`decision.type_${column.output?.type ?? "text"}`)}</span>
      </button>
    );
  };
  const cell = (row: number, place: number) => {
    const column = columns[place]!;
    const value = valueAt(row, column);
    const id = rows[row]?.id ?? "";
    const found = row < last ? told(issues, id, column) : issues.filter((issue) => issue.path[0] === "outputs" && String(issue.path[1]) === column.id && issue.path[2] === "default");
    const here = at?.row === row && at.column === place;
    const inside = range && row >= range.top && row <= range.bottom && place >= range.left && place <= range.right && from;
    const held = column.part === "when" ? trial.get(id)?.cells[column.id] : undefined;
    const open = canEdit(row, column);
    const severe = found.some((issue) => issue.severity === "error");
    const noted = found.filter((issue) => issue.code !== "decision.not_checked");
    return (
      <td
        key={column.id} data-column={column.id}
        className={["decision-cell", column.part, here ? "here" : "", inside ? "inside" : "", severe ? "bad" : noted.length ? "warned" : "", held === true ? "holds" : held === false ? "fails" : "", open ? "" : "shut"].join(" ")}
        onMouseDown={(event) => {
          if (here && text !== null) return;
          if (event.target instanceof HTMLInputElement) return;
          event.preventDefault();
          if (text !== null) commit();
          if (here && phone) begin();
          else go(row, place, event.shiftKey);
          if (here) input.current?.focus();
        }}
        onDoubleClick={() => begin()}
      >
        {(!here || text === null) && <Pieces of={column.part === "when" ? shown(value, column.words) : value ? [column.part === "then" ? valueText(value, column.words) : { text: value }] : []} none={!open ? "" : row === last ? t("decision.no_default") : column.part === "when" ? "–" : ""} />}
        {noted.length > 0 && !(here && text !== null) && <Tooltip title={noted.map(toldWords).join(" ")}><span className="decision-mark" aria-label={noted.map(toldWords).join(" ")}>!</span></Tooltip>}
        {here && (
          <input
            ref={input} className={text === null ? "decision-ghost" : "decision-input"} value={text ?? ""} readOnly={!open} aria-label={`${column.label || t(`decision.col_${column.id}`)} ${row < last ? t("decision.row_number", { number: row + 1 }) : t("decision.default_row")}`} autoComplete="off" spellCheck={false}
            onChange={(event) => setText(event.target.value)} onKeyDown={key} onCopy={(event) => copy(event, false)} onCut={(event) => copy(event, true)} onPaste={paste}
            onFocus={() => { wants.current = true; }} onBlur={() => { wants.current = false; commit(); }}
          />
        )}
        {here && text !== null && column.words.options.length > 0 && <Offers anchor={input.current} column={column} text={text} take={(next, done) => {
          setText(next);
          if (done) {
            put([{ row, column: place, text: next }]);
            go(row, place);
          } else input.current?.focus();
        }} />}
      </td>
    );
  };
  return (
    <div className="decision-scroll">
      <table className="decision-grid" aria-label={t("decision.grid")}>
        <thead>
          <tr className="decision-groups">
            <th className="decision-number" aria-hidden="true" />
            {counts && <th aria-hidden="true" />}
            <th colSpan={Math.max(1, inputs)} className="when"><span>{t("decision.if")}</span><button type="button" className="icon-button" aria-label={t("decision.add_input")} title={t("decision.add_input")} onClick={() => add("when")}><Plus size={14} /></button></th>
            <th colSpan={Math.max(1, results)} className="then"><span>{t("decision.then")}</span><button type="button" className="icon-button" aria-label={t("decision.add_output")} title={t("decision.add_output")} onClick={() => add("then")}><Plus size={14} /></button></th>
            <th colSpan={columns.length - inputs - results} aria-hidden="true" />
          </tr>
          <tr>
            <th className="decision-number" scope="col">#</th>
            {counts && <th scope="col" className="decision-count">{t("decision.hits")}</th>}
            {!inputs && <th className="when third">{t("decision.no_inputs")}</th>}
            {columns.slice(0, inputs).map((column) => <th key={column.id} scope="col" className="when">{head(column)}</th>)}
            {!results && <th className="then third">{t("decision.no_outputs")}</th>}
            {columns.slice(inputs).map((column) => <th key={column.id} scope="col" className={column.part}>{head(column)}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, place) => {
            const line = told(issues, row.id);
            const hit = seen?.hits.includes(row.id);
            return (
              <tr key={row.id} data-row={row.id} className={[line.some((issue) => issue.severity !== "error") ? "doubtful" : "", hit ? "hit" : "", seen && !hit ? "missed" : "", trial.get(row.id)?.in_force === false ? "out" : "", over === place && dragged !== null ? (dragged < place ? "drop-below" : "drop-above") : ""].join(" ")} draggable={dragged === place}
                onDragOver={(event) => { if (dragged !== null) { event.preventDefault(); setOver(place); } }} onDrop={() => { if (dragged !== null && dragged !== place) deeds.move(dragged, place); }} onDragEnd={() => { setDragged(null); setOver(null); }}
              >
                <th scope="row" className={`decision-number ${line.some((issue) => issue.severity === "error") ? "bad" : line.length ? "warned" : ""}`}>
                  <Dropdown trigger={["click"]} menu={menu(place)}>
                    <button type="button" className="plain" aria-label={t("decision.row_menu", { number: place + 1 })} title={line.map(toldWords).join(" ") || t("decision.row_hint")} onPointerDown={() => setDragged(place)} onPointerUp={() => setDragged(null)}>{place + 1}</button>
                  </Dropdown>
                  {line.length > 0 && !hit && <Tooltip title={line.map(toldWords).join(" ")}><span className={`decision-mark ${line.some((issue) => issue.severity === "error") ? "bad" : ""}`} aria-label={line.map(toldWords).join(" ")}>!</span></Tooltip>}
                  {hit && <CornerDownRight size={13} className="good" aria-label={t("decision.decides")} />}
                </th>
                {counts && <td className="decision-count tabular">{row.id in counts ? number(counts[row.id]!) : ""}</td>}
                {!inputs && <td aria-hidden="true" />}
                {columns.slice(0, inputs).map((_, index) => cell(place, index))}
                {!results && <td aria-hidden="true" />}
                {columns.slice(inputs).map((_, index) => cell(place, inputs + index))}
              </tr>
            );
          })}
          <tr className={`decision-default ${seen && !seen.hits.length ? "hit" : ""}`}>
            <th scope="row" className="decision-number" title={t("decision.default_hint")}>–</th>
            {counts && <td className="decision-count tabular">{"" in counts ? number(counts[""]!) : ""}</td>}
            <td colSpan={Math.max(1, inputs)} className="decision-else">{t("decision.else")}</td>
            {!results && <td aria-hidden="true" />}
            {columns.slice(inputs).map((_, index) => cell(last, inputs + index))}
          </tr>
        </tbody>
      </table>
      <button type="button" className="plain decision-more" onClick={() => insert(last)}><Plus size={14} aria-hidden />{t("decision.add_row")}</button>
    </div>
  );
}

function Pieces({ of: pieces, none }: { of: Piece[]; none: string }) {
  if (!pieces.length) return <span className="third">{none}</span>;
  return <>{pieces.map((piece, at) => (piece.tag ? <Tag key={at} color={piece.color}>{piece.text}</Tag> : <span key={at} className="decision-text">{piece.text}{at < pieces.length - 1 && !pieces[at + 1]!.tag && !pieces[0]!.tag && pieces[0]!.text !== t("decision.not") ? t("decision.or") : ""}</span>))}</>;
}

/** The options of a choice under the cell that is typed in; a test may name several. */
function Offers({ anchor, column, text, take }: { anchor: HTMLInputElement | null; column: Column; text: string; take: (next: string, done: boolean) => void }) {
  const [place, setPlace] = useState<{ left: number; top: number; width: number } | null>(null);
  useEffect(() => {
    const bounds = anchor?.closest("td")?.getBoundingClientRect();
    if (bounds) setPlace({ left: Math.min(bounds.left, window.innerWidth - 190), top: bounds.bottom > window.innerHeight - 200 ? bounds.top - Math.min(232, column.words.options.length * 30 + 10) : bounds.bottom + 2, width: Math.max(180, bounds.width) });
  }, [anchor, column.words.options.length]);
  const several = column.part === "when";
  const chosen = several ? text.split(/[,，、]/).map((word) => word.trim()).filter(Boolean) : [text.trim()];
  const labels = column.words.options.map((item) => pick(item.label, item.value));
  const partly = chosen.at(-1) ?? "";
  const narrowed = partly && !labels.includes(partly) ? column.words.options.filter((item) => pick(item.label, item.value).includes(partly)) : column.words.options;
  if (!place || !narrowed.length) return null;
  return createPortal(
    <div className="decision-offers" style={{ left: place.left, top: place.top, minWidth: place.width }} role="listbox" aria-label={t("decision.options")} onMouseDown={(event) => event.preventDefault()}>
      {narrowed.map((item) => {
        const label = pick(item.label, item.value);
        const on = chosen.includes(label);
        return (
          <button key={item.value} type="button" role="option" aria-selected={on} tabIndex={-1} className="plain decision-offer" onClick={() => {
            const whole = chosen.filter((word) => labels.includes(word) && word !== label);
            take(several ? [...whole, ...(on ? [] : [label])].join(", ") : label, !several);
          }}><Tag color={item.color}>{label}</Tag></button>
        );
      })}
      {several && <div className="help decision-offer-hint">{t("decision.offers_hint")}</div>}
    </div>,
    document.body,
  );
}
