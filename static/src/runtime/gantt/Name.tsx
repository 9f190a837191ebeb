/** The left cell of a row: a task by its name, indented and foldable, or a group by its value. */
import { ChevronRight } from "lucide-react";
import { t } from "../../kernel/i18n";
import type { RecordData } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { isBlank } from "../../kit/fields";
import type { Fields, Row, Task } from "./plan";

export function Name({ row, side, fields, folded, fold, open, name }: { row: Row; side: number; fields: Fields; folded: boolean; fold: () => void; open: (record: RecordData) => void; name: (task: Task) => string }) {
  const [kind, as] = fields.group ? effective(fields.group) : [null, null];
  const text = row.task ? name(row.task) : "";
  return (
    <div className="gantt-name" style={{ width: side, paddingLeft: 10 + row.depth * 16 }}>
      {row.below > 0 ? <button type="button" className="icon-button gantt-fold" aria-expanded={!folded} aria-label={t(folded ? "gantt.unfold_row" : "gantt.fold_row", { name: text })} onClick={fold}><ChevronRight size={14} style={{ transform: folded ? undefined : "rotate(90deg)" }} /></button> : <span className="gantt-fold" />}
      {row.task ? <button type="button" className="plain cut gantt-title" title={text} onClick={() => open(row.task!.record)}>{text}</button>
        : <span className="line">{isBlank(row.group) || !kind || !as ? <span className="third">{t("kanban.blank")}</span> : <kind.Cell value={row.group} field={as} />}<span className="third small">{row.below}</span></span>}
    </div>
  );
}
