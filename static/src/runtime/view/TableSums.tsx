/** The heads of a table's groups, and the sums at its foot. */
import { number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Field, Value } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { fieldKind, isBlank } from "../../kit/fields";
import { keyOf, type Totals } from "./groups";
import type { Column } from "./layout";

const written = (value: Value | undefined, field: Field) => {
  if (value === null || value === undefined) return "";
  const [kind, as] = effective(field);
  return kind.text(as.type === "integer" ? Number(value) : value, as);
};

export function GroupHead({ top, height, width, group, value, columns, totals }: { top: number; height: number; width: number; group: Field; value: Value; columns: Column[]; totals: Totals }) {
  const told = totals.groups.get(keyOf(value));
  const Shown = fieldKind(group.type).Cell;
  return (
    <div className="grid-group" role="row" style={{ transform: `translateY(${top}px)`, height, width }}>
      <span className="grid-group-title" role="gridcell">
        {isBlank(value) ? <span className="third">{t("kanban.blank")}</span> : <Shown value={value} field={group} />}
        {told && <span className="third small number">{number(told[""] as number)}</span>}
        {columns.map((column) => (told && column.name in told ? <span key={column.name} className="small second number">{pick(column.label)} {written(told[column.name], column.field)}</span> : null))}
      </span>
    </div>
  );
}

interface FootProps {
  width: number;
  first: number;
  lead: Column;
  leadWidth: number;
  before: number;
  visible: { column: Column; index: number }[];
  totals: Totals;
}

export function Foot({ width, first, lead, leadWidth, before, visible, totals }: FootProps) {
  return (
    <div className="grid-foot" role="row" style={{ width }}>
      <span className="pin" style={{ width: first }} />
      <span className="grid-cell pin lead" role="gridcell" style={{ width: leadWidth, left: first }}>{lead.name in totals.all ? written(totals.all[lead.name], lead.field) : <span className="second">{t("list.total")}</span>}</span>
      <span style={{ width: before, flex: "none" }} />
      {visible.map(({ column }) => <span key={column.name} role="gridcell" className="grid-cell end number" style={{ width: column.width }}>{written(totals.all[column.name], column.field)}</span>)}
    </div>
  );
}
