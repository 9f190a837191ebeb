/** The plan on a phone: a list of tasks, each with its days and a small bar in the whole of the time. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef } from "react";
import { date, days, percent } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import type { RecordData } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { isBlank } from "../../kit/fields";
import { option } from "../../kit/cells";
import { colour } from "../../kit/tokens";
import type { Timing } from "./network";
import { lateBy, type Fields, type Row, type Task } from "./plan";

export function PhoneGantt({ rows, tasks, times, now, name, open, fields }: { rows: Row[]; tasks: Task[]; times: ReadonlyMap<number, Timing>; now: string; name: (task: Task) => string; open: (record: RecordData) => void; fields: Fields }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: (at) => (rows[at]?.task ? 74 : 40), overscan: 8, useFlushSync: false });
  const first = tasks.reduce((low, task) => (task.start < low ? task.start : low), now);
  const whole = Math.max(1, days(first, tasks.reduce((high, task) => (task.end > high ? task.end : high), now)) + 1);
  const share = (day: string) => (days(first, day) / whole) * 100;
  return (
    <div ref={scroller} className="phone-list">
      <ul style={{ height: virtual.getTotalSize() }} aria-label={t("gantt.name")}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]!;
          const task = row.task;
          if (!task) {
            const [kind, as] = effective(fields.group!);
            return <li key={row.key} className="gantt-phone-group" style={{ transform: `translateY(${item.start}px)`, height: item.size }}>{isBlank(row.group) ? <span className="third">{t("kanban.blank")}</span> : <kind.Cell value={row.group} field={as} />}<span className="third small">{row.below}</span></li>;
          }
          const late = lateBy(task, now);
          const word = fields.paint && (option(fields.paint, String(task.record[fields.paint.name] ?? ""))?.color ?? "");
          return (
            <li key={row.key} style={{ transform: `translateY(${item.start}px)`, height: item.size }}>
              <button type="button" className="plain phone-row" onClick={() => open(task.record)} style={{ paddingLeft: 16 + row.depth * 14 }}>
                <span className="phone-line"><b className="cut">{name(task)}</b><span className="grow" />{late > 0 && <span className="gantt-phone-late">{t("gantt.late_by", { count: late })}</span>}</span>
                <span className="second small cut">{date(task.start)} – {date(task.end)}{task.progress === null ? "" : ` · ${percent(task.progress, 0)}`}{times.get(task.id)?.critical ? ` · ${t("gantt.critical")}` : ""}</span>
                <span className="gantt-phone-time">
                  <span className="gantt-phone-now" style={{ left: `${share(now)}%` }} />
                  <span className={`gantt-phone-bar ${late ? "late" : ""}`} style={{ left: `${share(task.start)}%`, width: `${Math.max(2, ((days(task.start, task.end) + 1) / whole) * 100)}%`, ["--bar" as string]: `var(--${colour(word, "teal")}-text)` }} />
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
