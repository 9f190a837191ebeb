/** The days above the bars: months, and below them days, weeks or nothing, as there is room. */
import { memo } from "react";
import { date, days, month } from "../../kernel/format";
import { plus } from "../view/days";

export type Zoom = "day" | "week" | "month";
/** Pixels of a day. */
export const widths: Record<Zoom, number> = { day: 34, week: 14, month: 4 };

/** Drawn once for a span of time, not with every step of a scroll. */
export const Head = memo(function Head({ from, count, zoom, now, off }: { from: string; count: number; zoom: Zoom; now: string; off: ReadonlySet<string> }) {
  const width = widths[zoom];
  const list = Array.from({ length: count }, (_, at) => plus(from, at));
  const months = list.map((day, at) => ({ day, at })).filter(({ day, at }) => at === 0 || day.endsWith("-01"));
  const below = zoom === "month" ? [] : list.map((day, at) => ({ day, at })).filter(({ day }) => zoom === "day" || new Date(`${day}T00:00:00Z`).getUTCDay() === 1);
  return (
    <div className="gantt-head" style={{ width: count * width }} aria-hidden>
      {months.map(({ day, at }, index) => {
        const next = months[index + 1]?.at ?? count;
        return <span key={day} className="gantt-month" style={{ left: at * width, width: (next - at) * width }}><span className="gantt-month-name">{(next - at) * width > 46 ? month(day) : ""}</span></span>;
      })}
      {below.map(({ day, at }) => <span key={day} className={`gantt-day ${off.has(day) && zoom === "day" ? "off" : ""} ${day === now ? "now" : ""}`} style={{ left: at * width, width: zoom === "day" ? width : 7 * width }}>{zoom === "day" ? Number(day.slice(8)) : date(day)}</span>)}
    </div>
  );
});

/** Weekends and holidays, and today, behind the bars. */
export const Ground = memo(function Ground({ from, to, count, zoom, now, off, left }: { from: string; to: string; count: number; zoom: Zoom; now: string; off: readonly string[]; left: number }) {
  const width = widths[zoom];
  return (
    <div className="gantt-ground" style={{ left, width: count * width }} aria-hidden>
      {zoom !== "month" && spans(off, from, to).map((one) => <span key={one.day} className="gantt-off" style={{ left: days(from, one.day) * width, width: one.length * width }} />)}
      <span className="gantt-now" style={{ left: days(from, now) * width + width / 2 }} />
    </div>
  );
});

/** Weekends and holidays as spans of days that follow one another. */
function spans(off: readonly string[], from: string, to: string): { day: string; length: number }[] {
  const found: { day: string; length: number }[] = [];
  for (const day of off) {
    if (day < from || day > to) continue;
    const last = found.at(-1);
    if (last && plus(last.day, last.length) === day) last.length += 1;
    else found.push({ day, length: 1 });
  }
  return found;
}
