/** The list on a phone: a row is a name, what stands out, and one line of the rest; a touch opens it. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { Fragment, useEffect, useMemo, useRef } from "react";
import { pick, t } from "../../kernel/i18n";
import type { Field, RecordData } from "../../kernel/types";
import { Still } from "../../kit/cells";
import { effective } from "../../kit/derived";
import { fieldKind, isBlank } from "../../kit/fields";
import type { Column } from "./layout";
import { useRowsState, type RowStore } from "./rows";

const height = 68;

interface Props {
  store: RowStore;
  columns: Column[];
  open: (record: RecordData) => void;
}

/** What stands at the right: the first amount, else the first choice. */
function standing(columns: Column[]): { side: Field | undefined; tag: Field | undefined; rest: Field[] } {
  const fields = columns.slice(1).map((column) => column.field).filter((field) => field.access !== "masked");
  const side = fields.find((field) => effective(field)[1].type === "money") ?? fields.find((field) => effective(field)[0].align === "end");
  const tag = fields.find((field) => field.type === "choice" && !field.multiple);
  return { side, tag, rest: fields.filter((field) => field !== side && field !== tag && !["file", "image", "signature", "rating", "boolean"].includes(field.type)).slice(0, 3) };
}

export function PhoneList({ store, columns, open }: Props) {
  const state = useRowsState(store);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = state.items;
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => height, overscan: 8, useFlushSync: false });
  const { side, tag, rest } = useMemo(() => standing(columns), [columns]);
  const lead = columns[0];
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (scroller.current) scroller.current.scrollTop = store.scroll.top;
  }, [store]);
  useEffect(() => {
    if (state.status === "ready" && state.next && last > rows.length - 40) store.more();
  }, [last, rows.length, state.status, state.next, store]);
  if (!lead) return null;
  const said = (field: Field, record: RecordData) => fieldKind(field.type).text(record[field.name] ?? null, field);
  return (
    <div ref={scroller} className="phone-list" onScroll={(event) => (store.scroll = { top: event.currentTarget.scrollTop, left: 0 })}>
      <ul style={{ height: virtual.getTotalSize() }} aria-label={t("list.grid")}>
        {items.map((item) => {
          const record = rows[item.index]!;
          const Side = side && fieldKind(side.type).Cell;
          const Tagged = tag && fieldKind(tag.type).Cell;
          const line = rest.map((field) => ({ field, text: effective(field)[0].align === "end" && said(field, record) ? `${pick(field.label)} ${said(field, record)}` : said(field, record) })).filter(({ text }) => text);
          return (
            <li key={record.id} style={{ transform: `translateY(${item.start}px)`, height }}>
              <button type="button" className="plain phone-row" onClick={() => open(record)}>
                <span className="phone-line">
                  <b className="cut">{said(lead.field, record) || t("record.untitled")}</b>
                  {Tagged && !isBlank(record[tag.name]) && <Tagged value={record[tag.name] ?? null} field={tag} />}
                  <span className="grow" />
                  {side?.type === "measure" && <Still record={record} name={side.name} />}
                  {Side && !isBlank(record[side.name]) && <Side value={record[side.name] ?? null} field={side} />}
                </span>
                <span className="second small cut">
                  {line.length ? line.map(({ field, text }, at) => <Fragment key={field.name}>{at > 0 && " · "}{field.type === "measure" && <Still record={record} name={field.name} />}{text}</Fragment>) : "\u00a0"}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
