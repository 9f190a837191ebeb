/** What one role may do: tables down, rights across, whose records as a sentence, and each field's access on demand. */
import { Input, Select } from "antd";
import { ChevronRight } from "lucide-react";
import { Fragment, useState } from "react";
import { language, pick, t } from "../../kernel/i18n";
import type { Entity, Field, Json, Label } from "../../kernel/types";
import { iconOf } from "../../kit/icons";
import { change, useBook, useDesign, type Schema, type Schemas } from "../context";
import { ConditionField } from "../inspector/Condition";
import { iconFor } from "../inspector/words";
import { LabelInput } from "../inspector/widgets";
import { InlineText } from "../shell/InlineText";
import { borrowedOf, isBorrowed, isFact, labelOf, list, metadataOf, relabelled, short, withBorrowed } from "../shape";
import { AsWhom } from "./AsWhom";
import { Holders } from "./Holders";

interface Grant {
  entity: string;
  read?: boolean;
  create?: boolean;
  update?: boolean;
  delete?: boolean;
  export?: boolean;
  condition?: string;
  others?: string;
  fields?: { field: string; access?: string }[];
  id?: string;
}

const rights = ["read", "create", "update", "delete", "export"] as const;
const accesses = ["hidden", "masked", "read", "write"] as const;
/** What the system works out can be seen or not, but never filled in. */
const unwritten = accesses.filter((word) => word !== "write");

export default function RoleDesigner({ id }: { id: string }) {
  const { app, draft, schemas } = useDesign();
  const book = useBook();
  const role = book["role"]![id]!;
  const grants = (role["grants"] ?? []) as unknown as Grant[];
  // tables of other applications come in when the role is to say something of them
  const [added, setAdded] = useState<string[]>([]);
  const told = (name: string) => added.includes(name) || grants.some((grant) => grant.entity === name);
  const every = Object.values(metadataOf(app, book).entities);
  const entities = every.filter((item) => !isBorrowed(item.name) || told(item.name));
  const [open, setOpen] = useState("");
  const [looked, setLooked] = useState("");
  const own = entities.filter((item) => !isFact(item.name));
  const readable = own.filter((item) => grants.some((grant) => short(grant.entity) === item.name && grant.read !== false));
  const watched = own.find((item) => item.name === looked) ?? readable[0] ?? own[0];
  const put = (next: Grant[], merge?: string) => change(draft, ["role", id], { grants: next as unknown as Json }, "design.step_change", merge);
  const set = (at: number, values: Partial<Grant>) => put(grants.map((grant, index) => (index === at ? clean({ ...grant, ...values }) : grant)));
  const toggle = (entity: string, at: number, right: (typeof rights)[number], on: boolean) => {
    setLooked(entity);
    if (at < 0) return put([...grants, clean({ entity, [right]: on, ...(right === "read" ? {} : { read: true }) })]);
    if (right === "read" && !on) return put(grants.filter((_, index) => index !== at));
    set(at, { [right]: on });
  };
  const boards = list(book, "board").map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) }));
  return (
    <div className="designer-page roles">
      <header className="data-head">
        <InlineText once className="data-name" value={pick(labelOf(role))} label={t("form.rename")} onChange={(text) => change(draft, ["role", id], { label: relabelled(labelOf(role), language(), text) as Json }, "design.step_rename")} />
        <span className="grow" />
        <span className="second small">{t("role.home")}</span>
        <Select size="middle" style={{ width: 180 }} allowClear value={(role["home"] as string) || undefined} placeholder={t("role.home_menu")} aria-label={t("role.home")} options={boards} onChange={(home?: string) => change(draft, ["role", id], { home: home || undefined })} />
      </header>
      <div className="role-description"><LabelInput title={t("role.description")} value={role["description"] as Label} placeholder={t("role.description")} onChange={(label) => change(draft, ["role", id], { description: label as Json }, "design.step_change", `${id} description`)} /></div>
      <div className="role-designs">
        <span className="second small">{t("role.designs")}</span>
        <Select mode="multiple" style={{ flex: "1 1 320px", maxWidth: 640 }} value={(role["designs"] as string[] | undefined) ?? []} placeholder={t("role.designs_none")} aria-label={t("role.designs")} showSearch={{ optionFilterProp: "label" }} options={designable(schemas).map((sort) => ({ value: sort, label: t(`sort.${sort}_many`) }))} onChange={(designs: string[]) => change(draft, ["role", id], { designs: designs.length ? designs : undefined })} />
        <p className="help">{t("role.designs_hint")}</p>
      </div>
      <Holders key={id} role={id} />
      <div className="roles-two">
      <div className="roles-rights"><div className="panel matrix">
        <div className="matrix-row matrix-head"><span>{t("sort.entity")}</span>{rights.map((right) => <span key={right} className="matrix-right">{t(`role.${right}`)}</span>)}<span>{t("role.rows")}</span><span>{t("role.fields")}</span></div>
        {entities.map((entity) => {
          const found = grants.map((grant, at) => [grant, at] as const).filter(([grant]) => short(grant.entity) === entity.name);
          const lines = found.length ? found : [[null, -1] as const];
          const Picture = iconOf(entity.icon);
          return (
            <Fragment key={entity.name}>
              {lines.map(([grant, at]) => {
                const key = `${entity.name} ${at}`;
                const allowed = !!grant && grant.read !== false;
                return (
                  <Fragment key={key}>
                    <div className={`matrix-row ${allowed ? "" : "off"} ${watched?.name === entity.name ? "at" : ""}`}>
                      <button type="button" className="plain line matrix-entity" aria-pressed={watched?.name === entity.name} title={t("role.as_whom")} onClick={() => setLooked(entity.name)}><Picture size={16} className="third" aria-hidden /><span className="cut">{pick(entity.label)}{isBorrowed(entity.name) && <span className="small third"> · {pick(borrowedOf("entity").find((item) => item.name === entity.name)?.label)}</span>}</span></button>
                      {rights.map((right) => {
                        const on = right === "read" ? allowed : !!grant?.[right];
                        return <span key={right} className="matrix-right" data-label={t(`role.${right}`)}><input type="checkbox" checked={on} aria-label={`${pick(entity.label)} ${t(`role.${right}`)}`} disabled={isFact(entity.name) && right !== "read"} onChange={(event) => toggle(entity.name, at, right, event.target.checked)} /></span>;
                      })}
                      <span>{allowed && <ConditionField entity={entity.name} text={grant.condition ?? ""} title={t("role.rows_title", { name: pick(entity.label) })} blank={t("role.all_rows")} onChange={(condition) => { setLooked(entity.name); set(at, { condition }); }} />}</span>
                      <span>{allowed && !isFact(entity.name) && <button type="button" className="plain link small matrix-fields" aria-expanded={open === key} onClick={() => { setLooked(entity.name); setOpen(open === key ? "" : key); }}><ChevronRight size={13} style={{ transform: open === key ? "rotate(90deg)" : undefined }} aria-hidden />{summary(grant, entity)}</button>}</span>
                    </div>
                    {open === key && grant && <FieldsOf entity={entity} grant={grant} set={(values) => set(at, values)} />}
                  </Fragment>
                );
              })}
            </Fragment>
          );
        })}
      </div>
      {every.length > entities.length && <Select<string | null> value={null} className="role-borrow" placeholder={t("role.borrow")} aria-label={t("role.borrow")} showSearch={{ optionFilterProp: "label" }} popupMatchSelectWidth={260} options={withBorrowed([], "entity", "").map((group) => ("options" in group ? { ...group, options: group.options.filter((item) => !told(item.value)) } : group))} onChange={(name) => name && setAdded([...added, name])} />}
      <p className="help data-help">{t("role.help")}</p></div>
      <AsWhom key={id} role={id} entity={watched} entities={own} choose={setLooked} />
      </div>
    </div>
  );
}

/** The sorts that a role may be trusted with, as the server knows them. */
function designable(schemas: Schemas): readonly string[] {
  const found = (schema: Schema | undefined): Schema | undefined => (schema?.$ref ? schemas.$defs[schema.$ref.split("/").pop()!] : schema);
  return found(found(schemas.definitions["role"])?.properties?.["designs"])?.items?.enum ?? [];
}

function summary(grant: Grant, entity: Entity): string {
  const others = grant.others ?? "write";
  const special = (grant.fields ?? []).filter((item) => (item.access ?? "write") !== others && entity.fields.some((field) => field.name === item.field)).length;
  return special ? t("role.some_fields", { access: t(`enum.${others}`), count: special }) : t("role.all_fields", { access: t(`enum.${others}`) });
}

const clean = (grant: Grant): Grant => {
  const next = { ...grant };
  if (next.read === true) delete next.read;
  for (const right of ["create", "update", "delete", "export"] as const) if (!next[right]) delete next[right];
  if (!next.condition) delete next.condition;
  if (next.others === "write") delete next.others;
  if (!next.fields?.length) delete next.fields;
  return next;
};

const computed = (kinds: Schemas["kinds"], field: Field) => {
  const kind = kinds["fields"]?.[field.type];
  return !!kind?.derived || kind?.group === "system" || field.type === "sequence";
};

function FieldsOf({ entity, grant, set }: { entity: Entity; grant: Grant; set: (values: Partial<Grant>) => void }) {
  const { schemas } = useDesign();
  const [typed, setTyped] = useState("");
  const others = grant.others ?? "write";
  const access = (name: string) => grant.fields?.find((item) => item.field === name)?.access ?? others;
  const put = (name: string, next: string) => {
    const rest = (grant.fields ?? []).filter((item) => item.field !== name);
    set({ fields: next === others ? rest : [...rest, { field: name, access: next }] });
  };
  const pills = (value: string, label: string, onChange: (next: string) => void, words: readonly string[] = accesses) => (
    <span className="pills" role="radiogroup" aria-label={label}>
      {words.map((word) => <button key={word} type="button" role="radio" aria-checked={value === word} className={`plain pill ${word}`} onClick={() => onChange(word)}>{t(`enum.${word}`)}</button>)}
    </span>
  );
  return (
    <div className="matrix-open">
      <div className="line matrix-others"><span className="grow second">{t("role.others")}</span>{entity.fields.length > 12 && <Input size="small" allowClear style={{ width: 150 }} value={typed} placeholder={t("form.palette_search")} onChange={(event) => setTyped(event.target.value)} />}{pills(others, t("role.others"), (next) => set({ others: next, fields: (grant.fields ?? []).filter((item) => item.access !== next) }))}</div>
      <div className="matrix-list">
        {entity.fields.filter((field) => !typed || pick(field.label).includes(typed)).map((field) => {
          const Picture = iconFor(field.type);
          const told = computed(schemas.kinds, field);
          const value = access(field.name);
          return <div key={field.name} className="line"><Picture size={14} className="third" aria-hidden /><span className="grow cut" title={told ? t("role.computed") : undefined}>{pick(field.label)}</span>{pills(told && value === "write" ? "read" : value, pick(field.label), (next) => put(field.name, next), told ? unwritten : accesses)}</div>;
        })}
      </div>
    </div>
  );
}
