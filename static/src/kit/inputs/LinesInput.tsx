/** A sub-table typed into like a sheet: Tab from cell to cell, paste from Excel, totals at the foot. */
import { Copy, Plus, Trash2 } from "lucide-react";
import { useRef, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { within } from "../../kernel/issues";
import { derived } from "../../kernel/metadata";
import { cells, sum } from "../../kernel/sum";
import type { Field, Issue, Value, Values } from "../../kernel/types";
import { Masked } from "../cells";
import { effective } from "../derived";
import { fieldKind, isBlank, usePlace, type InputProps } from "../fields";
import { Filling } from "../Filling";
import { useFocusInside } from "../focus";
import { useToast } from "../toast";
import { called, named } from "./candidates";

export type LinesProps = InputProps & { columns?: string[]; issues?: Issue[]; settle?: (row: Values) => Values };

const addable = new Set(["integer", "decimal", "money", "percent"]);

export default function LinesInput({ value, field, onChange, disabled, columns, issues = [], settle }: LinesProps) {
  const rows = (Array.isArray(value) ? value : []) as Values[];
  const shown = (columns?.length ? columns : (field.fields ?? []).map((item) => item.name)).flatMap((name) => field.fields?.find((item) => item.name === name) ?? []);
  const [active, setActive] = useState<[number, number] | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const place = usePlace();
  const inside = { ...place, entity: field.entity || place.entity, fills: true };
  const toast = useToast();
  const latest = useRef(rows);
  latest.current = rows;
  const [widths] = useState(() => shown.map((item) => `minmax(${fieldKind(item.type).width * 0.8}px, ${item.type.includes("text") || item.type === "reference" ? 2 : 1}fr)`));
  const least = 100 + shown.reduce((sum, item) => sum + fieldKind(item.type).width * 0.8, 0);
  const summed = new Set(shown.filter((item) => field.sums?.includes(item.name) && item.access !== "masked" && addable.has(effective(item)[1].type)));
  const template = `36px ${widths.join(" ")} ${disabled ? "" : "64px"}`;

  const give = (next: Values[]) => onChange(next.map((row) => (settle ? settle(row) : row)) as Value);
  const set = (at: number, name: string, next: Value) => give(rows.map((row, index) => (index === at ? { ...row, [name]: next } : row)));
  const add = (row: Values = {}) => {
    give([...rows, row]);
    setTimeout(() => grid.current?.querySelector<HTMLElement>(`[data-cell="${rows.length}:0"]`)?.focus(), 30);
  };
  const step = (at: number, index: number, by: 1 | -1): boolean => {
    let [row, column] = [at, index + by];
    while (row >= 0 && row < rows.length) {
      const target = shown[column];
      if (!target) {
        row += by;
        column = by > 0 ? 0 : shown.length - 1;
      } else if (target.access !== "write" || derived(target)) column += by;
      else {
        setActive([row, column]);
        return true;
      }
    }
    if (by > 0) add();
    return by > 0;
  };
  const paste = (event: React.ClipboardEvent) => {
    const text = event.clipboardData.getData("text/plain");
    if (disabled || !active || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const block = cells(text).map((line) => line.map((word) => word.trim()));
    const at = active;
    const open = (right: number) => {
      const target = shown[at[1] + right];
      return target && target.access === "write" && !derived(target) ? target : undefined;
    };
    const put = (found: Map<string, Value>) => {
      const next = [...latest.current];
      block.forEach((line, down) => {
        const row: Values = { ...next[at[0] + down] };
        line.forEach((word, right) => {
          const target = open(right);
          const taken = target && (found.get(`${target.name}:${word}`) ?? fieldKind(target.type).parse?.(word, target));
          if (taken !== undefined) row[target!.name] = taken;
        });
        next[at[0] + down] = row;
      });
      give(next);
    };
    setActive(null);
    const asked = new Map(block.flatMap((line) => line.flatMap((word, right) => {
      const target = open(right);
      return word && target && named(target) ? [[`${target.name}:${word}`, { target, word }] as const] : [];
    })));
    if (!asked.size) return put(new Map());
    // names are looked up before anything is put in, so that what hangs on them is filled in with them
    Promise.all([...asked].map(async ([key, { target, word }]) => [key, await called(inside, target, word)] as const)).then((answers) => {
      put(new Map(answers.flatMap(([key, found]) => (found === undefined ? [] : [[key, found] as const]))));
      const lost = answers.filter(([, found]) => found === undefined).map(([key]) => asked.get(key)!.word);
      if (lost.length) toast.say(t("lines.not_found", { names: lost.slice(0, 5).join(t("filter.or_comma")), count: lost.length }));
    }, toast.failed);
  };

  return (
    <div className="lines" onPaste={paste} ref={grid}>
      <div className="lines-scroll" role="grid" aria-label={pick(field.label)}>
        <div className="lines-row lines-head" style={{ gridTemplateColumns: template, minWidth: least }} role="row">
          <span className="third" role="columnheader">#</span>
          {shown.map((item) => (
            <span key={item.name} className={`cut ${effective(item)[0].align === "end" ? "end" : ""}`} role="columnheader">
              {pick(item.label)}
              {item.required && <i className="star">*</i>}
            </span>
          ))}
        </div>
        {rows.map((row, at) => (
          <div className="lines-row" key={String(row["id"] ?? `new${at}`)} style={{ gridTemplateColumns: template, minWidth: least }} role="row">
            <span className="third number" role="rowheader">{at + 1}</span>
            {shown.map((item, index) => (
              <Square
                key={item.name} at={[at, index]} entity={field.entity} field={item} {...(item.type === "measure" && place.made && typeof row["id"] === "number" ? { made: () => place.made?.(field.entity ?? "", row["id"] as number, item) } : {})} value={row[item.name] ?? null} editing={!disabled && active?.[0] === at && active[1] === index} fixed={!!disabled || item.access !== "write" || derived(item)}
                issues={within(issues, [at, item.name])} onActive={(on) => setActive(on ? [at, index] : null)} onChange={(next) => set(at, item.name, next)}
                onStep={(by) => step(at, index, by)}
                onDone={() => grid.current?.querySelector<HTMLElement>(`[data-cell="${at + 1}:${index}"]`)?.focus()}
              />
            ))}
            {!disabled && (
              <span className="lines-do" role="gridcell">
                <button type="button" className="icon-button" aria-label={t("lines.copy")} title={t("lines.copy")} onClick={() => {
                  const { id: _id, version: _version, ...rest } = row;
                  give([...rows.slice(0, at + 1), rest, ...rows.slice(at + 1)]);
                }}>
                  <Copy size={14} />
                </button>
                <button type="button" className="icon-button" aria-label={t("do.remove")} title={t("do.remove")} onClick={() => give(rows.filter((_, index) => index !== at))}>
                  <Trash2 size={14} />
                </button>
              </span>
            )}
          </div>
        ))}
        {rows.length > 0 && summed.size > 0 && (
          <div className="lines-row lines-foot" style={{ gridTemplateColumns: template, minWidth: least }} role="row">
            <span className="third" role="rowheader">Σ</span>
            {shown.map((item) => {
              const [kind, as] = effective(item);
              return (
                <span key={item.name} className="end number" role="gridcell">
                  {summed.has(item) ? kind.text(as.type === "integer" ? Number(sum(rows.map((row) => row[item.name]))) : sum(rows.map((row) => row[item.name])), as) : ""}
                </span>
              );
            })}
          </div>
        )}
      </div>
      {!rows.length && <div className="lines-none third">{t(disabled ? "lines.none" : "lines.none_yet")}</div>}
      {!disabled && (
        <button type="button" className="plain lines-add" onClick={() => add()}>
          <Plus size={15} /> {t("lines.add")} <span className="third small">{t("lines.paste_hint")}</span>
        </button>
      )}
    </div>
  );
}

interface SquareProps {
  /** Shows how a measured value is made. */
  made?: () => void;
  at: [number, number];
  /** Whose field it is: that of the rows. */
  entity: string | undefined;
  field: Field;
  value: Value;
  editing: boolean;
  fixed: boolean;
  issues: Issue[];
  onActive: (on: boolean) => void;
  onChange: (value: Value) => void;
  onStep: (by: 1 | -1) => boolean;
  onDone: () => void;
}

function Square({ at, entity, field, value, editing, fixed, issues, made, onActive, onStep, onChange, onDone }: SquareProps) {
  const [kind] = effective(field);
  const own = fieldKind(field.type);
  const Editor = own.Compact ?? own.Input;
  const Cell = own.Cell;
  const box = useRef<HTMLDivElement>(null);
  useFocusInside(box, editing);
  const wrong = issues[0]?.message;
  return (
    <div
      ref={box}
      className={`lines-cell ${kind.align === "end" ? "end" : ""} ${wrong ? "bad" : ""} ${fixed ? "fixed" : ""}`} role="gridcell" data-cell={`${at[0]}:${at[1]}`} title={wrong} tabIndex={fixed || editing ? -1 : 0} aria-label={pick(field.label)}
      onKeyDown={(event) => {
        if (event.key === "Tab" && editing && onStep(event.shiftKey ? -1 : 1)) event.preventDefault();
      }}
      onFocus={() => !fixed && !editing && onActive(true)}
      onBlur={(event) => editing && !event.currentTarget.contains(event.relatedTarget) && !(event.relatedTarget as HTMLElement | null)?.closest?.(".ant-select-dropdown, .ant-picker-dropdown") && event.relatedTarget && onActive(false)}
    >
      {editing && Editor ? <Filling entity={entity}><Editor field={field} value={value} bare autoFocus onChange={onChange} onDone={onDone} /></Filling> : field.access === "masked" ? <Masked /> : made ? <button type="button" className="plain link" title={t("measured.how")} onClick={made}>{isBlank(value) ? "—" : <Cell value={value} field={field} />}</button> : <Cell value={value} field={field} />}
    </div>
  );
}
