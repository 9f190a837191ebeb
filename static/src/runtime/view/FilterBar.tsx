/** The filter in plain words, each part clickable; and the builder behind the button. */
import { Button, Dropdown, Popover } from "antd";
import { Bookmark, ListFilter, X } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import { complete, isGroup, operators, type Clause, type Group } from "../../kernel/condition";
import { pick, t } from "../../kernel/i18n";
import type { Field, Value } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { fieldKind } from "../../kit/fields";
import { Bones } from "../../kit/parts";
import type { Layout } from "./layout";

const Builder = lazy(() => import("../../kit/ConditionBuilder").then((module) => ({ default: module.ConditionBuilder })));

interface Props {
  filter: Group;
  fields: Field[];
  onChange: (filter: Group) => void;
}

/** "处理中" rather than its code; days with their unit; both ends of a span. */
export function valueText(clause: Clause, field: Field): string {
  const [, as] = effective(field);
  const needs = operators[clause.operator]?.needs;
  const one = (value: Value) => (typeof value === "object" && value && !Array.isArray(value) && "label" in value ? String(value["label"]) : fieldKind(as.type).text(value, as));
  if (needs === "none") return "";
  if (needs === "days") return t("time.d", { count: Number(clause.value) });
  const list = Array.isArray(clause.value) ? clause.value : [clause.value];
  if (needs === "range") return list.map((value) => (value === null || value === "" ? "…" : one(value))).join(" – ");
  return list.map(one).join(t("filter.or_comma"));
}

function sentence(item: Clause | Group, fields: Field[]): [string, string, string] {
  if (isGroup(item)) return [item.items.map((part) => sentence(part, fields).join(" ").trim()).join(` ${t(`filter.${item.join}`)} `), "", ""];
  const field = fields.find((one) => one.name === item.field);
  if (!field) return [item.field, "", ""];
  const many = field.multiple && (item.operator === "in" || item.operator === "not_in");
  return [pick(field.label), t(many ? `operator.${item.operator}_many` : `operator.${item.operator}`), valueText(item, field)];
}

export function FilterBar({ filter, fields, onChange }: Props) {
  if (!filter.items.length) return null;
  const set = (at: number, item: Clause | Group | null) => onChange({ ...filter, items: filter.items.flatMap((old, index) => (index === at ? (item ? [item] : []) : [old])) });
  return (
    <div className="filters" role="group" aria-label={t("filter.title")}>
      {filter.items.map((item, at) => {
        const [name, word, value] = sentence(item, fields);
        return (
          <span key={at} className="filter-part">
            {at > 0 && <span className="third small">{t(`filter.${filter.join}`)}</span>}
            <Popover trigger="click" placement="bottomLeft" destroyOnHidden content={<Editor filter={isGroup(item) ? item : { join: "and", items: [item] }} fields={fields} onChange={(next) => set(at, next.items.length > 1 || (next.items[0] && isGroup(next.items[0])) ? next : (next.items[0] ?? null))} />}>
              <button type="button" className={`plain chip ${!isGroup(item) && !complete(item) ? "open" : ""}`}>
                <span className="second">{name}</span>
                {word && <span className="third">{word}</span>}
                {value && <b className="cut">{value}</b>}
                {!isGroup(item) && !complete(item) && <b>…</b>}
              </button>
            </Popover>
            <button type="button" className="plain chip-remove" aria-label={t("filter.remove", { name })} onClick={() => set(at, null)}>
              <X size={13} aria-hidden />
            </button>
          </span>
        );
      })}
      <button type="button" className="plain link small" onClick={() => onChange({ join: "and", items: [] })}>{t("filter.clear")}</button>
    </div>
  );
}

function Editor({ filter, fields, onChange }: Props) {
  return (
    <div className="filter-editor">
      <Suspense fallback={<Bones rows={2} />}>
        <Builder value={filter} fields={fields.map((field) => ({ field }))} onChange={onChange} />
      </Suspense>
    </div>
  );
}

export function FilterButton({ filter, fields, onChange, layout, onLayout, wanted, onWanted, icon }: Props & { layout: Layout; onLayout: (next: Partial<Layout>) => void; wanted: boolean; onWanted: (open: boolean) => void; icon: boolean }) {
  const [name, setName] = useState<string | null>(null);
  useEffect(() => {
    if (!wanted) setName(null);
  }, [wanted]);
  const keep = () => {
    if (!name?.trim()) return;
    onLayout({ saved: [...layout.saved.filter((item) => item.name !== name.trim()), { name: name.trim(), filter, sorts: [] }] });
    setName(null);
  };
  const content = (
    <div className="filter-editor">
      <Suspense fallback={<Bones rows={3} />}>
        <Builder value={filter} fields={fields.map((field) => ({ field }))} onChange={onChange} />
      </Suspense>
      <div className="line filter-foot">
        {name === null ? (
          <Button size="small" type="text" icon={<Bookmark size={14} />} disabled={!filter.items.length} onClick={() => setName("")}>{t("filter.save")}</Button>
        ) : (
          <>
            <input className="field-line" autoFocus value={name} placeholder={t("filter.name")} aria-label={t("filter.name")} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => event.key === "Enter" && keep()} />
            <Button size="small" type="primary" onClick={keep} disabled={!name.trim()}>{t("filter.save")}</Button>
          </>
        )}
        <span className="grow" />
        {layout.saved.length > 0 && (
          <Dropdown trigger={["click"]} menu={{ items: layout.saved.map((item) => ({
            key: item.name, onClick: () => onChange(item.filter),
            label: <span className="line" style={{ minWidth: 160 }}><span className="grow">{item.name}</span><button type="button" className="plain third" aria-label={t("do.remove")} onClick={(event) => {
              event.stopPropagation();
              onLayout({ saved: layout.saved.filter((other) => other.name !== item.name) });
            }}><X size={13} /></button></span>,
          })) }}>
            <Button size="small" type="text">{t("filter.saved", { count: layout.saved.length })}</Button>
          </Dropdown>
        )}
      </div>
    </div>
  );
  const count = filter.items.length;
  return (
    <Popover trigger="click" placement="bottomRight" open={wanted} onOpenChange={onWanted} content={content} destroyOnHidden>
      <Button icon={<ListFilter size={15} />} type={count ? "primary" : "default"} ghost={count > 0} aria-label={t("filter.title")}>
        {icon ? null : count ? t("filter.count", { count }) : t("filter.title")}
      </Button>
    </Popover>
  );
}
