/** What becomes of a template's rows: which rows, what is made of each, its values and days; branches within branches. */
import { Button, Select, Switch } from "antd";
import { ChevronRight, Plus, X } from "lucide-react";
import { useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { entityOf } from "../../kernel/metadata";
import type { Entity, Json, Metadata } from "../../kernel/types";
import { useBook } from "../context";
import { labelOf, list as listed, short, withBorrowed } from "../shape";
import { Assignments, Expression, Row } from "./Assignments";
import type { Assignment } from "./words";

interface DateOf { field: string; since: string; days?: string; working?: boolean }
interface MatchOf { value: string; equals: string }
interface LinkOf { field: string; of: string }
export interface Branch {
  id?: string;
  relation: string;
  entity: string;
  parent: string;
  origin?: string;
  only?: MatchOf[];
  values?: Assignment[];
  given?: Assignment[];
  dates?: DateOf[];
  links?: LinkOf[];
  branches?: Branch[];
}

const local = (metadata: Metadata, name: string | undefined) => (name ? (entityOf(metadata, name) ?? entityOf(metadata, short(name))) : undefined);
/** References of one entity to another. */
const leading = (from: Entity | undefined, to: Entity | undefined) => (from?.fields ?? []).filter((field) => field.type === "reference" && !field.multiple && to && short(field.entity ?? "") === to.name).map((field) => ({ value: field.name, label: pick(field.label) }));
const without = <T,>(list: readonly T[], at: number) => list.filter((_, index) => index !== at);
const put = <T,>(list: readonly T[], at: number, next: Partial<T>) => list.map((item, index) => (index === at ? { ...item, ...next } : item));

type Offered = { value: string; label: string } | { label: string; options: { value: string; label: string }[] };
interface Props {
  metadata: Metadata;
  started: Entity;
  source: string;
  list: Branch[];
  onChange: (values: { source?: string; branches?: Branch[] | undefined }) => void;
}

export function Branches({ metadata, started, source, list, onChange }: Props) {
  const template = local(metadata, started.fields.find((field) => field.name === source)?.entity);
  const sources = started.fields.filter((field) => field.type === "reference" && !field.multiple && local(metadata, field.entity)).map((field) => ({ value: field.name, label: pick(field.label) }));
  return (
    <>
      <Row title={t("rule.template")} help={t("rule.template_hint")}><Choose title={t("rule.template")} value={source} options={sources} onChange={(next) => onChange({ source: next, branches: undefined })} /></Row>
      {template && <Row title={t("rule.grows")}><Some metadata={metadata} started={started} rows={template} above={started} list={list} onChange={(branches) => onChange({ branches: branches.length ? branches : undefined })} /></Row>}
    </>
  );
}

function Some({ metadata, started, rows, above, list, onChange }: { metadata: Metadata; started: Entity; rows: Entity; above: Entity; list: Branch[]; onChange: (list: Branch[]) => void }) {
  const ways = rows.relations.map((item) => ({ value: item.name, label: pick(item.label) }));
  return (
    <div className="rule-gets">
      {list.map((branch, at) => <One key={branch.id ?? `${branch.relation} ${at}`} {...{ metadata, started, rows, above, branch }} onChange={(next) => onChange(put(list, at, next))} onRemove={() => onChange(without(list, at))} />)}
      <Select<string | null> value={null} disabled={!ways.length} placeholder={<><Plus size={13} aria-hidden /> {t("rule.add_branch", { what: pick(rows.label) })}</>} aria-label={t("rule.add_branch", { what: pick(rows.label) })} style={{ width: "100%" }} options={ways} notFoundContent={t("rule.no_ways")} onChange={(relation) => relation && onChange([...list, { ...fresh(list, relation), relation, entity: "", parent: "" }])} />
    </div>
  );
}

/** An id of its own where the same rows grow into something else already. */
const fresh = (list: Branch[], relation: string) => (list.some((item) => (item.id ?? item.relation) === relation) ? { id: `${relation}_${list.length + 1}` } : {});

function One({ metadata, started, rows, above, branch, onChange, onRemove }: { metadata: Metadata; started: Entity; rows: Entity; above: Entity; branch: Branch; onChange: (next: Partial<Branch>) => void; onRemove: () => void }) {
  const book = useBook();
  const [open, setOpen] = useState(!branch.entity);
  const way = rows.relations.find((item) => item.name === branch.relation);
  const row = local(metadata, way?.entity);
  const made = local(metadata, branch.entity);
  const kinds = withBorrowed(listed(book, "entity").map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) })), "entity", t("design.own"));
  const choose = (entity: string) => {
    const next = local(metadata, entity);
    onChange({ entity, parent: leading(next, above)[0]?.value ?? "", origin: leading(next, row)[0]?.value ?? "", values: [], given: [], dates: [], links: [] });
  };
  return (
    <section className="rule-get" aria-label={pick(way?.label, branch.relation)}>
      <div className="line">
        <button type="button" className="plain line grow" aria-expanded={open} onClick={() => setOpen(!open)}>
          <ChevronRight size={14} style={{ transform: open ? "rotate(90deg)" : undefined }} aria-hidden />
          <b className="grow cut">{t("rule.branch", { rows: pick(way?.label, branch.relation), made: made ? pick(made.label) : "…" })}</b>
        </button>
        <button type="button" className="icon-button" aria-label={`${t("do.remove")} ${pick(way?.label)}`} onClick={onRemove}><X size={14} /></button>
      </div>
      {open && (
        <>
          <Row title={t("rule.branch_entity")}><Choose title={t("rule.branch_entity")} value={branch.entity} options={kinds} onChange={choose} /></Row>
          {made && row && (
            <>
              <Row title={t("rule.branch_parent", { above: pick(above.label) })}><Choose title={t("rule.branch_parent", { above: pick(above.label) })} value={branch.parent} options={leading(made, above)} onChange={(parent) => onChange({ parent })} /></Row>
              <Row title={t("rule.branch_origin")} help={t("rule.branch_origin_hint")}><Choose clear title={t("rule.branch_origin")} value={branch.origin ?? ""} options={leading(made, row)} onChange={(origin) => onChange({ origin })} /></Row>
              <Row title={t("rule.branch_only")} help={t("rule.branch_only_hint", { row: pick(row.label), started: pick(started.label) })}><Only {...{ metadata, started, row }} list={branch.only ?? []} onChange={(only) => onChange({ only })} /></Row>
              <Row title={t("rule.branch_values", { row: pick(row.label) })}><Assignments metadata={metadata} from={row} to={made} list={branch.values ?? []} onChange={(values) => onChange({ values })} /></Row>
              <Row title={t("rule.branch_given", { started: pick(started.label) })}><Assignments metadata={metadata} from={started} to={made} list={branch.given ?? []} onChange={(given) => onChange({ given })} /></Row>
              <Row title={t("rule.branch_dates")}><Dates {...{ metadata, started, row, made }} list={branch.dates ?? []} onChange={(dates) => onChange({ dates })} /></Row>
              <Row title={t("rule.branch_links")} help={t("rule.branch_links_hint")}><Links row={row} made={made} list={branch.links ?? []} onChange={(links) => onChange({ links })} /></Row>
              {(row.relations.length > 0 || !!branch.branches?.length) && <Row title={t("rule.branch_below", { row: pick(row.label) })}><Some metadata={metadata} started={started} rows={row} above={made} list={branch.branches ?? []} onChange={(branches) => onChange({ branches })} /></Row>}
            </>
          )}
        </>
      )}
    </section>
  );
}

function Choose({ title, value, options, onChange, clear = false }: { title: string; value: string; options: Offered[]; onChange: (value: string) => void; clear?: boolean }) {
  return <Select size="small" value={value || undefined} allowClear={clear} aria-label={title} placeholder={t("input.choose")} notFoundContent={t("inspect.nothing")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={options} onChange={(next: string | undefined) => onChange(next ?? "")} />;
}

function Only({ metadata, started, row, list, onChange }: { metadata: Metadata; started: Entity; row: Entity; list: MatchOf[]; onChange: (list: MatchOf[]) => void }) {
  return (
    <div className="rule-gets">
      {list.map((item, at) => (
        <div key={at} className="rule-get">
          <div className="line"><span className="grow cut small third">{pick(row.label)}</span><button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => onChange(without(list, at))}><X size={14} /></button></div>
          <Expression constant={false} metadata={metadata} entity={row} field={undefined} text={item.value} title={pick(row.label)} onChange={(value) => onChange(put(list, at, { value }))} />
          <span className="small third">= {pick(started.label)}</span>
          <Expression metadata={metadata} entity={started} field={undefined} text={item.equals} title={pick(started.label)} onChange={(equals) => onChange(put(list, at, { equals }))} />
        </div>
      ))}
      <Button size="small" type="dashed" block icon={<Plus size={13} />} onClick={() => onChange([...list, { value: "", equals: "" }])}>{t("rule.branch_only_add")}</Button>
    </div>
  );
}

function Dates({ metadata, started, row, made, list, onChange }: { metadata: Metadata; started: Entity; row: Entity; made: Entity; list: DateOf[]; onChange: (list: DateOf[]) => void }) {
  const dated = /^(date|datetime)$/;
  const fields = made.fields.filter((item) => dated.test(item.type));
  return (
    <div className="rule-gets">
      {list.map((item, at) => {
        const field = fields.find((one) => one.name === item.field);
        return (
          <div key={item.field} className="rule-get">
            <div className="line"><span className="grow cut">{pick(field?.label, item.field)}</span><button type="button" className="icon-button" aria-label={`${t("do.remove")} ${pick(field?.label)}`} onClick={() => onChange(without(list, at))}><X size={14} /></button></div>
            <span className="small third">{t("rule.date_since")}</span>
            <Expression constant={false} metadata={metadata} entity={started} field={field} text={item.since} title={t("rule.date_since")} onChange={(since) => onChange(put(list, at, { since }))} />
            <span className="small third">{t("rule.date_days")}</span>
            <Expression constant={false} metadata={metadata} entity={row} field={{ name: "days", label: t("rule.date_days"), type: "integer", access: "write" }} text={item.days ?? ""} title={t("rule.date_days")} onChange={(days) => onChange(put(list, at, { days }))} />
            <label className="inspector-switch"><span className="grow small">{t("rule.date_working")}</span><Switch size="small" checked={!!item.working} onChange={(working) => onChange(put(list, at, { working }))} /></label>
          </div>
        );
      })}
      <Add fields={fields.filter((item) => !list.some((one) => one.field === item.name))} onAdd={(field) => onChange([...list, { field, since: "", days: "" }])} />
    </div>
  );
}

function Links({ row, made, list, onChange }: { row: Entity; made: Entity; list: LinkOf[]; onChange: (list: LinkOf[]) => void }) {
  const fields = made.fields.filter((item) => item.type === "reference");
  const ofs = row.fields.filter((item) => item.type === "reference").map((item) => ({ value: item.name, label: pick(item.label) }));
  return (
    <div className="rule-gets">
      {list.map((item, at) => (
        <div key={item.field} className="line">
          <span className="grow cut small">{pick(fields.find((one) => one.name === item.field)?.label, item.field)}</span><span className="third">←</span>
          <Select size="small" className="grow" value={item.of || undefined} aria-label={t("rule.link_of")} placeholder={t("input.choose")} options={ofs} onChange={(of: string) => onChange(put(list, at, { of }))} />
          <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => onChange(without(list, at))}><X size={14} /></button>
        </div>
      ))}
      <Add fields={fields.filter((item) => !list.some((one) => one.field === item.name))} onAdd={(field) => onChange([...list, { field, of: "" }])} />
    </div>
  );
}

function Add({ fields, onAdd }: { fields: readonly { name: string; label: Json }[] | Entity["fields"]; onAdd: (field: string) => void }) {
  if (!fields.length) return <Button size="small" type="text" disabled>{t("inspect.nothing")}</Button>;
  return <Select<string | null> value={null} placeholder={<><Plus size={13} aria-hidden /> {t("rule.add_field")}</>} aria-label={t("rule.add_field")} style={{ width: "100%" }} options={fields.map((item) => ({ value: item.name, label: pick(item.label as never) }))} onChange={(name) => name && onAdd(name)} />;
}
