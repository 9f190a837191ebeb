/** One bar: its days, the share that is done, handles at its ends and a point to draw a link from. */
import { date, days } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { option } from "../../kit/cells";
import { colour } from "../../kit/tokens";
import type { Fields, Task } from "./plan";
import type { useHand } from "./useHand";

interface Props {
  task: Task;
  at: { start: string; end: string };
  from: string;
  width: number;
  side: number;
  fields: Fields;
  may: boolean;
  mayLink: boolean;
  held: boolean;
  parent: boolean;
  critical: boolean;
  late: number;
  name: string;
  hand: ReturnType<typeof useHand>;
  open: () => void;
  draw: (event: React.PointerEvent) => void;
  onOver: (over: { task: Task; x: number; y: number } | null) => void;
}

export function Bar({ task, at, from, width, side, fields, may, mayLink, held, parent, critical, late, name, hand, open, draw, onOver }: Props) {
  const left = side + days(from, at.start) * width;
  const long = (days(at.start, at.end) + 1) * width;
  const point = task.milestone && at.start === at.end;
  const word = fields.paint && (option(fields.paint, String(task.record[fields.paint.name] ?? ""))?.color ?? (task.record[fields.paint.name] ? String(task.record[fields.paint.name]) : ""));
  const hue = colour(word, "teal");
  const says = t("gantt.bar", { name, start: date(at.start), end: date(at.end) });
  return (
    <div
      data-task={task.id} role="button" tabIndex={0} aria-label={`${says}${late ? ` · ${t("gantt.late_by", { count: late })}` : ""}${critical ? ` · ${t("gantt.critical")}` : ""}`} aria-describedby="gantt-keys"
      className={`gantt-bar ${point ? "point" : ""} ${parent ? "parent" : ""} ${critical ? "critical" : ""} ${late ? "late" : ""} ${held ? "held" : ""} ${may ? "may" : ""}`}
      style={{ left: point ? left + width / 2 - 9 : left, width: point ? 18 : Math.max(5, long), ["--bar" as string]: `var(--${hue})`, ["--bar-text" as string]: `var(--${hue}-text)` }}
      onPointerDown={(event) => { if (may) hand.take(event, task, "move", open); }} onClick={() => { if (!may) open(); }}
      onPointerEnter={(event) => onOver({ task, x: event.clientX, y: event.currentTarget.getBoundingClientRect().bottom })} onPointerLeave={() => onOver(null)}
      onBlur={() => { if (held) hand.done(); }}
      onKeyDown={(event) => {
        const ours = may && hand.key(event, task);
        if (!ours && (event.key === "Enter" || event.key === " ")) open();
        else if (!ours) return;
        event.preventDefault();
        event.stopPropagation();
      }}
    >
      {!point && task.progress !== null && <span className="gantt-done" style={{ width: `${task.progress * 100}%` }} />}
      {!point && long > 34 && <span className="gantt-word">{name}</span>}
      {may && !point && long > 16 && <><span className="gantt-end first" onPointerDown={(event) => hand.take(event, task, "start", open)} /><span className="gantt-end" onPointerDown={(event) => hand.take(event, task, "end", open)} /></>}
      {mayLink && <span className="gantt-dot" title={t("gantt.draw")} onPointerDown={draw} />}
      {held && <span className="gantt-days">{date(at.start)}{at.end === at.start ? "" : ` – ${date(at.end)}`}</span>}
      {late > 0 && !held && <span className="gantt-behind">{t("gantt.late_by", { count: late })}</span>}
    </div>
  );
}
