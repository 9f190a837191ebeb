/** What a bar says when one rests on it: its days, how far it is, how late, and by how much it may slip. */
import { date, days, percent } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { effective } from "../../kit/derived";
import { isBlank } from "../../kit/fields";
import type { Timing } from "./network";
import type { Fields, Task } from "./plan";

export function Tip({ over, at, fields, name, late, haste, timing }: { over: { task: Task; x: number; y: number }; at: { start: string; end: string }; fields: Fields; name: string; late: number; haste: number; timing: Timing | undefined }) {
  const { task } = over;
  const paint = fields.paint && !isBlank(task.record[fields.paint.name]) ? fields.paint : undefined;
  const left = Math.min(over.x, window.innerWidth - 290);
  const top = over.y > window.innerHeight - 170 ? over.y - 190 : over.y + 8;
  return (
    <div className="gantt-tip" style={{ left, top }} aria-hidden>
      <b>{name}</b>
      <span>{date(at.start)} – {date(at.end)} · {t("gantt.length", { count: days(at.start, at.end) + 1 })}</span>
      {task.progress !== null && <span>{pick(fields.progress?.label)} {percent(task.progress, 0)}</span>}
      {paint && <span>{pick(paint.label)} {effective(paint)[0].text(task.record[paint.name] ?? null, effective(paint)[1])}</span>}
      {fields.said.filter((item) => item !== paint && item !== fields.progress && !isBlank(task.record[item.name])).map((item) => <span key={item.name}>{pick(item.label)} {effective(item)[0].text(task.record[item.name] ?? null, effective(item)[1])}</span>)}
      {late > 0 && <span className="bad">{t("gantt.late_by", { count: late })}</span>}
      {timing?.critical && <span className="bad">{t("gantt.critical_hint")}</span>}
      {timing && !timing.critical && task.needs.length > 0 && <span>{t("gantt.slack", { count: timing.slack })}</span>}
      {haste > 0 && <span className="bad">{t("gantt.before", { count: haste })}</span>}
    </div>
  );
}
