/** Which columns are shown, by boxes one ticks. */
import { Button, Popover } from "antd";
import { RotateCcw } from "lucide-react";
import { useState, type ReactNode } from "react";
import { pick, t } from "../../kernel/i18n";
import type { ViewDefinition } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import type { Column, Layout } from "./layout";

export function ColumnsMenu({ shown, all, view, layout, onLayout, icon }: { shown: Column[]; all: Column[]; view: ViewDefinition; layout: Layout; onLayout: (next: Partial<Layout>) => void; icon: ReactNode }) {
  const [typed, setTyped] = useState("");
  const own = (name: string) => view.columns.some((column) => column.field === name);
  const flip = (name: string, on: boolean) => {
    if (own(name)) onLayout({ hidden: on ? layout.hidden.filter((word) => word !== name) : [...layout.hidden, name] });
    else onLayout({ shown: on ? [...layout.shown, name] : layout.shown.filter((word) => word !== name) });
  };
  const list = all.filter((column) => !typed || pick(column.label).toLowerCase().includes(typed.toLowerCase()));
  return (
    <Popover
      trigger="click" placement="bottomRight" destroyOnHidden
      content={
        <div className="columns">
          {all.length > 8 && <input className="field-line" autoFocus value={typed} placeholder={t("list.find_column")} aria-label={t("list.find_column")} onChange={(event) => setTyped(event.target.value)} />}
          <div className="columns-list">
            {list.map((column) => {
              const Picture = fieldKind(column.field.type).Icon;
              return (
                <label key={column.name}>
                  <input type="checkbox" checked={shown.some((item) => item.name === column.name)} disabled={column.name === shown[0]?.name} onChange={(event) => flip(column.name, event.target.checked)} />
                  <Picture size={14} aria-hidden />
                  <span className="cut">{pick(column.label)}</span>
                </label>
              );
            })}
          </div>
          <Button size="small" type="text" icon={<RotateCcw size={13} />} onClick={() => onLayout({ order: [], hidden: [], shown: [], widths: {} })}>{t("list.columns_reset")}</Button>
        </div>
      }
    >
      <Button icon={icon} aria-label={t("list.columns")} title={t("list.columns")} />
    </Popover>
  );
}
