/** The head of a column: sort by a click, menu, width by dragging its edge, order by dragging it. */
import { Dropdown } from "antd";
import { ArrowDown, ArrowLeft, ArrowRight, ArrowUp, ChevronDown, EyeOff, ListFilter } from "lucide-react";
import { useRef, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import type { Sort } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { fieldKind } from "../../kit/fields";
import type { Column } from "./layout";

interface Props {
  column: Column;
  width: number;
  left?: number;
  first?: boolean;
  sort: Sort | undefined;
  columns: Column[];
  onSort: (field: string, descending?: boolean) => void;
  onWidth: (field: string, width: number) => void;
  onMove: (field: string, before: string | null) => void;
  onHide: (field: string) => void;
  onFilter: (field: string) => void;
}

const kept = "application/x-column";

export function HeadCell({ column, width, left, first, sort, columns, onSort, onWidth, onMove, onHide, onFilter }: Props) {
  const [over, setOver] = useState(false);
  const [pulled, setPulled] = useState<number | null>(null);
  const from = useRef({ x: 0, width: 0 });
  const kind = fieldKind(column.field.type);
  const Picture = kind.Icon;
  const at = columns.findIndex((item) => item.name === column.name);
  const askable = effective(column.field)[0].operators.length > 0 && column.field.access !== "masked";
  const sortable = !column.field.multiple && !["lines", "file", "image", "signature", "rich_text", "location", "address"].includes(column.field.type);
  const items = [
    ...(sortable ? [
      { key: "up", icon: <ArrowUp size={15} />, label: t("list.sort_up"), onClick: () => onSort(column.name, false) },
      { key: "down", icon: <ArrowDown size={15} />, label: t("list.sort_down"), onClick: () => onSort(column.name, true) },
    ] : []),
    ...(askable ? [{ key: "filter", icon: <ListFilter size={15} />, label: t("list.filter_by"), onClick: () => onFilter(column.name) }] : []),
    { type: "divider" as const },
    ...(at > 0 ? [{ key: "left", icon: <ArrowLeft size={15} />, label: t("list.move_left"), onClick: () => onMove(column.name, columns[at - 1]!.name) }] : []),
    ...(at < columns.length - 1 ? [{ key: "right", icon: <ArrowRight size={15} />, label: t("list.move_right"), onClick: () => onMove(column.name, columns[at + 2]?.name ?? null) }] : []),
    ...(first ? [] : [{ key: "hide", icon: <EyeOff size={15} />, label: t("list.hide"), onClick: () => onHide(column.name) }]),
  ];
  return (
    <span
      role="columnheader" aria-sort={sort ? (sort.descending ? "descending" : "ascending") : "none"} className={`grid-title ${first ? "pin lead" : ""} ${over ? "over" : ""} ${effective(column.field)[0].align === "end" ? "end" : ""}`} style={{ width: pulled ?? width, ...(left === undefined ? {} : { left }) }}
      draggable={pulled === null}
      onDragStart={(event) => {
        event.dataTransfer.setData(kept, column.name);
        event.dataTransfer.effectAllowed = "move";
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(kept)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        const name = event.dataTransfer.getData(kept);
        if (name && name !== column.name) onMove(name, column.name);
      }}
    >
      <button type="button" className="plain grid-name" disabled={!sortable} onClick={() => onSort(column.name)} title={pick(column.label)}>
        <Picture size={13} aria-hidden />
        <span className="cut">{pick(column.label)}</span>
        {sort && (sort.descending ? <ArrowDown size={13} aria-hidden className="on" /> : <ArrowUp size={13} aria-hidden className="on" />)}
      </button>
      <Dropdown trigger={["click"]} menu={{ items }}>
        <button type="button" className="plain grid-menu" aria-label={t("list.column_menu", { name: pick(column.label) })}>
          <ChevronDown size={14} aria-hidden />
        </button>
      </Dropdown>
      <span
        className="grid-edge" aria-hidden
        onPointerDown={(event) => {
          event.preventDefault();
          event.stopPropagation();
          from.current = { x: event.clientX, width };
          setPulled(width);
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => pulled !== null && setPulled(Math.max(64, Math.min(800, from.current.width + event.clientX - from.current.x)))}
        onPointerUp={() => {
          if (pulled !== null && pulled !== width) onWidth(column.name, Math.round(pulled));
          setPulled(null);
        }}
        onDoubleClick={() => onWidth(column.name, kind.width)}
      />
    </span>
  );
}
