/** What waits for what, as lines from the end of one bar to the begin of another; a line is chosen by a click or a key and taken out. */
import { X } from "lucide-react";
import { useState } from "react";
import { t } from "../../kernel/i18n";

export interface Line {
  from: number;
  to: number;
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  critical: boolean;
  name: string;
}

const path = ({ x1, y1, x2, y2 }: { x1: number; y1: number; x2: number; y2: number }): string => {
  const bend = 9;
  if (x2 - x1 >= 2 * bend) return `M${x1} ${y1} H${x1 + bend} V${y2} H${x2 - 2}`;
  const middle = y2 > y1 ? y2 - 17 : y2 + 17;
  return `M${x1} ${y1} H${x1 + bend} V${middle} H${x2 - bend} V${y2} H${x2 - 2}`;
};

export function Links({ lines, width, height, top, drawing, onRemove }: { lines: Line[]; width: number; height: number; top: number; drawing: { x1: number; y1: number; x2: number; y2: number } | null; onRemove: ((from: number, to: number) => void) | undefined }) {
  const [chosen, setChosen] = useState("");
  const picked = lines.find((line) => `${line.from} ${line.to}` === chosen);
  return (
    <>
      <svg className="gantt-links" width={width} height={height} style={{ top }} viewBox={`0 ${top} ${width} ${height}`} aria-hidden={!onRemove}>
        <defs>
          {["plain", "critical"].map((word) => <marker key={word} id={`gantt-arrow-${word}`} viewBox="0 0 6 6" refX="5" refY="3" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0 L6 3 L0 6 Z" className={`gantt-arrow ${word}`} /></marker>)}
        </defs>
        {lines.map((line) => {
          const key = `${line.from} ${line.to}`;
          return (
            <g key={key} className={`gantt-link ${line.critical ? "critical" : ""} ${chosen === key ? "chosen" : ""}`}>
              <path d={path(line)} markerEnd={`url(#gantt-arrow-${line.critical ? "critical" : "plain"})`} />
              {onRemove && <path d={path(line)} className="gantt-link-hit" role="button" tabIndex={0} aria-label={t("gantt.link", { name: line.name })} onClick={() => setChosen(chosen === key ? "" : key)} onKeyDown={(event) => {
                if (event.key === "Enter" || event.key === " ") setChosen(key);
                else if (event.key === "Delete" || event.key === "Backspace") onRemove(line.from, line.to);
                else if (event.key === "Escape") setChosen("");
                else return;
                event.preventDefault();
              }} />}
            </g>
          );
        })}
        {drawing && <path className="gantt-drawing" d={`M${drawing.x1} ${drawing.y1} L${drawing.x2} ${drawing.y2}`} />}
      </svg>
      {picked && onRemove && <button type="button" className="gantt-link-out" style={{ left: picked.x2 - 34, top: picked.y2 - 11 }} aria-label={t("gantt.unlink", { name: picked.name })} title={t("gantt.unlink", { name: picked.name })} onClick={() => {
        setChosen("");
        onRemove(picked.from, picked.to);
      }}><X size={13} /></button>}
    </>
  );
}
