/** What can be put on a form: new fields by type, parts of the layout, and fields that stand nowhere yet. */
import { useDraggable } from "@dnd-kit/core";
import { Input } from "antd";
import { Columns2, Group, LayoutPanelTop, Link2, Minus, PanelTop, Search, Table2, TextQuote, History, ChartPie } from "lucide-react";
import { useState } from "react";
import { i18n, language, pick, t } from "../../kernel/i18n";
import type { Field } from "../../kernel/types";
import type { Icon } from "../../kit/icons";
import { usePhone } from "../../kit/look";
import { useDesign } from "../context";
import { iconFor, rank } from "../inspector/words";
import type { Wish } from "./deeds";

const order = ["text", "number", "date", "choice", "relation", "file", "place", "derived"];
export const partIcons: Record<string, Icon> = { section: Group, columns: Columns2, tabs: LayoutPanelTop, tab: PanelTop, text: TextQuote, divider: Minus, lines: Table2, related: Link2, timeline: History, tile: ChartPie };

export const wishLabel = (wish: Wish, fields: readonly Field[]): string =>
  "part" in wish ? t(`part.${wish.part}`) : "make" in wish ? t(`kind.${wish.make}`) : pick(fields.find((field) => field.name === wish.field)?.label, wish.field);

export function Palette({ sort, unused, add }: { sort: string; unused: Field[]; add: (wish: Wish) => void }) {
  const { schemas } = useDesign();
  const phone = usePhone();
  const [tab, setTab] = useState<"new" | "present">("new");
  const [typed, setTyped] = useState("");
  const matches = (text: string, word: string) => !typed.trim() || `${text} ${word}`.toLowerCase().includes(typed.trim().toLowerCase());
  const kinds = Object.entries(schemas.kinds["fields"] ?? {});
  const groups = order.map((group) => [group, kinds.filter(([, kind]) => kind.group === group).map(([name]) => name).sort((a, b) => rank(a) - rank(b)).filter((name) => matches(t(`kind.${name}`), words(name)))] as const).filter(([, list]) => list.length);
  const parts = Object.entries(schemas.kinds["components"] ?? {}).filter(([name, kind]) => !["field", "lines", "tab"].includes(name) && (kind.places ?? ["form", "page"]).includes(sort)).map(([name]) => name).filter((name) => matches(t(`part.${name}`), name));
  const grid = `form-palette-grid ${language() === "en" ? "one" : ""}`;
  const present = unused.filter((field) => matches(pick(field.label), field.name));
  return (
    <div className="form-palette">
      <div className="form-palette-tabs" role="tablist">
        <button type="button" role="tab" className="plain" aria-selected={tab === "new"} onClick={() => setTab("new")}>{t("form.palette_new")}</button>
        <button type="button" role="tab" className="plain" aria-selected={tab === "present"} onClick={() => setTab("present")}>{t("form.palette_present")}{unused.length > 0 && <span className="tab-count">{unused.length}</span>}</button>
      </div>
      <Input size="small" allowClear prefix={<Search size={14} className="third" />} placeholder={t("form.palette_search")} aria-label={t("form.palette_search")} value={typed} onChange={(event) => setTyped(event.target.value)} />
      <div className="form-palette-scroll">
        {tab === "new" ? (
          <>
            {groups.map(([group, list]) => (
              <div key={group}><div className="form-palette-group">{t(`kindgroup.${group}`)}</div><div className={grid}>{list.map((name) => <Item key={name} wish={{ make: name }} label={t(`kind.${name}`)} Picture={iconFor(name)} add={add} />)}</div></div>
            ))}
            {parts.length > 0 && <div><div className="form-palette-group">{t("kindgroup.layout")}</div><div className={grid}>{parts.map((name) => <Item key={name} wish={{ part: name }} label={t(`part.${name}`)} Picture={partIcons[name] ?? Group} add={add} />)}</div></div>}
            {!groups.length && !parts.length && <p className="small third">{t("form.palette_none")}</p>}
          </>
        ) : present.length ? (
          <div className="form-palette-grid one">{present.map((field) => <Item key={field.name} wish={{ field: field.name }} label={pick(field.label, field.name)} Picture={iconFor(field.type)} add={add} />)}</div>
        ) : (
          <p className="small third form-palette-none">{t("form.palette_all_used")}</p>
        )}
      </div>
      <p className="small third form-palette-hint">{t(phone ? "form.palette_hint_phone" : "form.palette_hint")}</p>
    </div>
  );
}

const words = (name: string) => (i18n.exists(`kindwords.${name}`) ? t(`kindwords.${name}`) : name);

function Item({ wish, label, Picture, add }: { wish: Wish; label: string; Picture: Icon; add: (wish: Wish) => void }) {
  const phone = usePhone();
  const { setNodeRef, listeners, isDragging } = useDraggable({ id: `new:${JSON.stringify(wish)}`, data: { wish } });
  return (
    <button
      ref={setNodeRef} type="button" className={`plain form-palette-item ${isDragging ? "dragging" : ""}`} {...listeners} title={label}
      onClick={() => phone && add(wish)} onDoubleClick={() => phone || add(wish)} onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        add(wish);
      }}
    >
      <Picture size={15} strokeWidth={1.8} aria-hidden />
      <span className="cut">{label}</span>
    </button>
  );
}
