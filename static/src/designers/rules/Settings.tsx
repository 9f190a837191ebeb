/** The settings of what is chosen: the trigger, an action, or the rule itself; drawn from their schemas, with pickers where those say too little. */
import { Button, Input, Select, TimePicker } from "antd";
import dayjs from "dayjs";
import { Plus, X } from "lucide-react";
import { language, pick, t } from "../../kernel/i18n";
import { entityOf } from "../../kernel/metadata";
import type { Entity, Json, Label, Metadata, Value } from "../../kernel/types";
import { fieldKind, PlaceContext } from "../../kit/fields";
import { change, useBook, useDesign } from "../context";
import type { Doc } from "../draft";
import { ConditionField } from "../inspector/Condition";
import { Inspector } from "../inspector/Inspector";
import { WhereUsed } from "../inspector/WhereUsed";
import { LabelInput } from "../inspector/widgets";
import { withLabels, withNames } from "../inspector/words";
import { labelOf, list, metadataOf, named, relabelled, short } from "../shape";
import { Assignments, Expression, plainly, Row, unwritable, ValueInput } from "./Assignments";
import { Branches, type Branch } from "./Branches";
import { kindLabel } from "./Palette";
import { assignmentsOf, figuresOf, relatedBy, relatedOf, weekdayWords, type Call } from "./words";

interface Place {
  /** Where in the draft it stands. */
  path: (string | number)[];
  metadata: Metadata;
  entity: Entity;
}


export function RuleSettings({ id, rule }: { id: string; rule: Doc }) {
  const { draft } = useDesign();
  const set = (values: { [key: string]: Json | undefined }, merge?: string) => change(draft, ["rule", id], values, "design.step_change", merge);
  return (
    <>
      <div className="settings-head"><h3>{t("rule.settings")}</h3></div>
      <div className="inspector">
        <Row title={t("prop.label")}><LabelInput title={t("prop.label")} value={labelOf(rule)} onChange={(label) => set({ label: label as Json }, `${id} label`)} /></Row>
        <Row title={t("prop.description")} help={t("rule.description_hint")}><Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} value={pick((rule["description"] ?? "") as Label)} aria-label={t("prop.description")} onKeyDown={(event) => event.stopPropagation()} onChange={(event) => set({ description: event.target.value ? (relabelled((rule["description"] ?? "") as Label, language(), event.target.value) as Json) : undefined }, `${id} description`)} /></Row>
        <WhereUsed kind="rule" name={String(rule["name"])} />
        <p className="help">{t("rule.settings_hint")}</p>
      </div>
    </>
  );
}

/** `title`, `skip`, `called` and `without` where something else than a rule is started. */
export function TriggerSettings({ path, trigger, entity, retrigger, title = t("rule.when"), skip = [], called = {}, without = [] }: Omit<Place, "metadata"> & { trigger: { [key: string]: Json }; retrigger: (kind: string) => void; title?: string; skip?: readonly string[]; called?: { [kind: string]: string }; without?: readonly string[] }) {
  const { app, draft, schemas } = useDesign();
  const book = useBook();
  const metadata = metadataOf(app, book);
  const type = String(trigger["type"] ?? "created");
  const kinds = schemas.kinds["triggers"] ?? {};
  const put = (key: string, value: Json | undefined, typing?: boolean) => change(draft, path, { [key]: value }, "design.step_change", typing ? `${path.join(" ")} ${key}` : undefined);
  const first = entity.fields.find((item) => item.name === (Array.isArray(trigger["fields"]) ? trigger["fields"][0] : ""));
  const every = String(trigger["every"] ?? "daily");
  const figures = type === "measure" ? figuresOf(book, metadata, entity) : [];
  const figure = figures.find((item) => item.dataset === short(String(trigger["dataset"] ?? "")));
  const own = [...skip, "measure", "dimension", ...(type === "measure" ? ["dataset"] : []), "was", "becomes", "at", "weekdays", "days_", "limit", ...(type === "schedule" ? ["days"] : [])];
  return (
    <>
      <div className="settings-head"><h3 className="grow">{title}</h3></div>
      <div className="inspector">
        <Row title={t("rule.starts")}><Select value={type} aria-label={t("rule.starts")} style={{ width: "100%" }} options={Object.keys(kinds).filter((kind) => !without.includes(kind)).map((kind) => ({ value: kind, label: called[kind] ?? kindLabel("trigger", kind) }))} onChange={retrigger} /></Row>
      </div>
      <Inspector schema={kinds[type]?.schema ?? {}} value={trigger} put={put} entity={entity.name} owner={`trigger_${type}`} skip={own}>
        {(type === "changed" || type === "before_save") && first && fieldKind(first.type).Input && !unwritable.has(first.type) && (["was", "becomes"] as const).map((word) => (
          <Row key={word} title={t(`rule.${word}_field`, { field: pick(first.label) })}><ValueInput field={first} value={(trigger[word] ?? null) as Value} onChange={(next) => put(word, next === null || next === "" ? undefined : plainly(next))} /></Row>
        ))}
        {type === "measure" && (
          <>
            <Row title={t("rule.figure")} help={figures.length ? t("rule.figure_hint") : t("rule.no_figures", { what: pick(entity.label) })}><Select value={figure && trigger["measure"] ? `${figure.dataset} ${String(trigger["measure"])}` : undefined} aria-label={t("rule.figure")} placeholder={t("input.choose")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={figures.map((item) => ({ label: item.label, options: item.measures.map((one) => ({ value: `${item.dataset} ${one.name}`, label: one.label })) }))} onChange={(chosen: string) => {
              const [dataset = "", measure = ""] = chosen.split(" ");
              const fitting = figures.find((item) => item.dataset === dataset)?.dimensions ?? [];
              change(draft, path, { dataset, measure, dimension: (fitting.find((item) => item.name === trigger["dimension"]) ?? fitting[0])?.name ?? "" });
            }} /></Row>
            <Row title={t("rule.figure_split")} help={t("rule.figure_split_hint", { what: pick(entity.label) })}><Select value={String(trigger["dimension"] ?? "") || undefined} aria-label={t("rule.figure_split")} placeholder={t("input.choose")} style={{ width: "100%" }} options={(figure?.dimensions ?? []).map((item) => ({ value: item.name, label: item.label }))} onChange={(name: string) => put("dimension", name)} /></Row>
          </>
        )}
        {(type === "threshold" || type === "measure") && <Row title={t("rule.limit")}><Input value={String(trigger["limit"] ?? "")} inputMode="decimal" aria-label={t("rule.limit")} onKeyDown={(event) => event.stopPropagation()} onChange={(event) => put("limit", event.target.value.trim(), true)} /></Row>}
        {type === "schedule" && every === "weekly" && <Row title={t("rule.weekdays")}><Select mode="multiple" value={(trigger["weekdays"] ?? [1]) as number[]} aria-label={t("rule.weekdays")} style={{ width: "100%" }} options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: day, label: weekdayWords([day]) }))} onChange={(days: number[]) => put("weekdays", [...days].sort((a, b) => a - b))} /></Row>}
        {type === "schedule" && every === "monthly" && <Row title={t("rule.month_days")}><Select mode="multiple" value={(trigger["days"] ?? [1]) as number[]} aria-label={t("rule.month_days")} style={{ width: "100%" }} options={[...Array.from({ length: 31 }, (_, index) => index + 1), -1].map((day) => ({ value: day, label: day === -1 ? t("rule.last_day") : t("rule.day_of_month", { day }) }))} onChange={(days: number[]) => put("days", days)} /></Row>}
        {(type === "schedule" || type === "date" || (type === "measure" && trigger["every"] === "daily")) && every !== "hourly" && <Row title={t("rule.at")}><TimePicker value={dayjs(`2026-01-01T${String(trigger["at"] ?? "09:00")}`)} format="HH:mm" minuteStep={5} allowClear={false} needConfirm={false} aria-label={t("rule.at")} onChange={(next) => next && put("at", next.format("HH:mm"))} /></Row>}
      </Inspector>
    </>
  );
}


/** The lists of an action that the schema alone can't draw. */
const lists = ["values", "alike", "branches", "source"];
const written = ["title", "text", "to", "message", "value", "url", "secret", "account", "amount"];

export function ActionSettings({ path, call, metadata, entity }: Place & { call: Call }) {
  const { app, draft, go, schemas } = useDesign();
  const book = useBook();
  const kind = schemas.kinds["actions"]?.[call.type];
  const known = kind?.schema.properties ?? {};
  const put = (key: string, value: Json | undefined, typing?: boolean) => change(draft, path, { [key]: value }, "design.step_change", typing ? `${path.join(" ")} ${key}` : undefined);
  const far = call.type === "change_related" ? relatedBy(metadata, entity, String(call["relation"] ?? ""))?.entity : call["entity"] ? entityOf(metadata, short(String(call["entity"]))) : entity;
  const has = (key: string) => key in known;
  const by = String(call["by"] ?? "value");
  const field = entity.fields.find((item) => item.name === call["field"]);
  const own = call.type === "change_related" ? ["relation", "condition"] : call.type === "decide" ? ["table"] : [];
  const tables = list(book, "decision_table").filter(([, doc]) => short(String(doc["entity"] ?? "")) === entity.name);
  const table = named(book, "decision_table", String(call["table"] ?? ""));
  const skip = [...own, ...lists, ...written.filter((key) => !(key === "message" && call.type === "send_message")), ...(call.type === "assign" && by === "value" ? ["among", "busy"] : [])];
  return (
    <PlaceContext.Provider value={{ application: app, entity: entity.name }}>
      <div className="settings-head"><h3 className="grow cut">{kindLabel("action", call.type)}</h3></div>
      <Inspector key={call.id} schema={kind?.schema ?? {}} value={call} put={put} entity={entity.name} owner={`action_${call.type}`} skip={skip} first={["entity", "relation", "field", "by"]}>
        {call.type === "change_related" && (
          <>
            <Row title={t("prop.action_change_related_relation")}><Select value={String(call["relation"] ?? "") || undefined} aria-label={t("prop.action_change_related_relation")} placeholder={t("input.choose")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={relatedOf(metadata, entity).map((item) => ({ value: item.name, label: item.many ? item.label : t("rule.referred", { name: item.label }) }))} onChange={(name: string) => change(draft, path, { relation: name, values: undefined, condition: undefined })} /></Row>
            {far && <Row title={t("prop.action_change_related_condition")}><ConditionField entity={far.name} text={String(call["condition"] ?? "")} title={t("prop.action_change_related_condition")} blank={t("rule.all_of_them")} onChange={(text) => put("condition", text || undefined)} /></Row>}
          </>
        )}
        {call.type === "decide" && (
          <Row title={t("prop.action_decide_table")} help={tables.length ? undefined : t("rule.no_tables", { what: pick(entity.label) })}>
            <Select value={String(call["table"] ?? "") || undefined} aria-label={t("prop.action_decide_table")} placeholder={t("input.choose")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={tables.map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) }))} onChange={(name: string) => change(draft, path, { table: name, values: undefined })} />
            {table && <button type="button" className="plain link small" onClick={() => go("decision_table", table[0])}>{t("rule.open_table")}</button>}
          </Row>
        )}
        {call.type === "instantiate_template" && <Branches metadata={metadata} started={entity} source={String(call["source"] ?? "")} list={(call["branches"] ?? []) as unknown as Branch[]} onChange={(values) => change(draft, path, values as { [key: string]: Json | undefined })} />}
        {has("account") && <Row title={t("rule.account")}><Expression metadata={metadata} entity={entity} field={undefined} text={String(call["account"] ?? "")} title={t("rule.account")} onChange={(text) => put("account", text)} /></Row>}
        {has("amount") && <Row title={t("rule.amount")}><Expression metadata={metadata} entity={entity} field={undefined} text={String(call["amount"] ?? "")} title={t("rule.amount")} onChange={(text) => put("amount", text)} /></Row>}
        {call.type === "call_webhook" && (
          <>
            <Row title={t("rule.url")}><Input value={String(call["url"] ?? "")} aria-label={t("rule.url")} onKeyDown={(event) => event.stopPropagation()} onChange={(event) => put("url", event.target.value, true)} /></Row>
            <Row title={t("rule.secret")} help={t("rule.secret_hint")}><Input value={String(call["secret"] ?? "")} aria-label={t("rule.secret")} onKeyDown={(event) => event.stopPropagation()} onChange={(event) => put("secret", event.target.value || undefined, true)} /></Row>
            <Row title={t("rule.carries")}><Named metadata={metadata} entity={entity} list={(call["values"] ?? []) as unknown as { name: string; value: string }[]} onChange={(values) => put("values", values as unknown as Json)} /></Row>
          </>
        )}
        {call.type === "reject" && <Row title={t("rule.message")}><LabelInput long title={t("rule.message")} value={(call["message"] ?? "") as Label} onChange={(label) => put("message", label as Json, true)} /></Row>}
        {(call.type === "add_tag" || call.type === "remove_tag") && field && <Row title={t("rule.tag")}><ValueInput field={{ ...field, multiple: false }} value={(call["value"] ?? null) as Value} onChange={(next) => put("value", next === null ? undefined : plainly(next))} /></Row>}
        {call.type === "assign" && by === "value" && field && <Row title={t("rule.whom")}><Expression metadata={metadata} entity={entity} field={field} text={String(call["value"] ?? "")} title={t("rule.whom")} onChange={(text) => put("value", text || undefined)} /></Row>}
        {call.type === "notify" && (
          <>
            <Row title={t("rule.to")} help={t("rule.to_hint")}><People entity={entity} value={(call["to"] ?? []) as string[]} onChange={(to) => put("to", to.length ? to : undefined)} /></Row>
            <Row title={t("rule.title")}><Written metadata={metadata} entity={entity} title={t("rule.title")} value={(call["title"] ?? "") as Label} onChange={(label) => put("title", label as Json, true)} /></Row>
            <Row title={t("rule.text")}><Written metadata={metadata} entity={entity} long title={t("rule.text")} value={(call["text"] ?? "") as Label} onChange={(label) => put("text", label as Json, true)} /></Row>
          </>
        )}
        {call.type === "decide" ? <Row title={t("rule.outcomes")}><Outcomes entity={entity} table={named(book, "decision_table", String(call["table"] ?? ""))?.[1]} list={(call["values"] ?? []) as unknown as { output: string; field: string }[]} onChange={(values) => put("values", values as unknown as Json)} /></Row>
          : has("values") && call.type !== "call_webhook" && far && <Row title={t("rule.gets")}><Assignments metadata={metadata} from={entity} to={far} list={assignmentsOf(call["values"])} onChange={(values) => put("values", values as unknown as Json)} /></Row>}
        {call.type === "assign" && by !== "value" && field?.entity && entityOf(metadata, field.entity) && <Row title={t("rule.alike")} help={t("rule.alike_hint")}><Assignments metadata={metadata} from={entity} to={entityOf(metadata, field.entity)!} list={assignmentsOf(call["alike"])} onChange={(values) => put("alike", values.length ? (values as unknown as Json) : undefined)} /></Row>}
      </Inspector>
    </PlaceContext.Provider>
  );
}

/** A text in each language with places for values, typed with labels. */
export function Written({ metadata, entity, value, onChange, title, long }: { metadata: Metadata; entity: Entity; value: Label; onChange: (label: Label) => void; title: string; long?: boolean }) {
  const show = (label: Label): Label => (label && typeof label === "object" ? Object.fromEntries(Object.entries(label).map(([code, text]) => [code, withLabels(text, metadata, entity)])) : withLabels(String(label ?? ""), metadata, entity));
  const keep = (label: Label): Label => (label && typeof label === "object" ? Object.fromEntries(Object.entries(label).map(([code, text]) => [code, withNames(text, metadata, entity)])) : withNames(String(label ?? ""), metadata, entity));
  const insert = (name: string) => {
    const place = withLabels(`{${name}}`, metadata, entity);
    const now = show(value);
    onChange(keep(relabelled(now, language(), `${typeof now === "object" && now ? (now[language()] ?? pick(now)) : (now ?? "")}${place}`)));
  };
  return (
    <div className="rule-written" onKeyDown={(event) => event.stopPropagation()}>
      <LabelInput title={title} {...(long ? { long: true } : {})} value={show(value)} onChange={(label) => onChange(keep(label))} />
      <Select<string | null> size="small" value={null} placeholder={t("rule.insert")} aria-label={t("rule.insert_into", { name: title })} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={entity.fields.filter((item) => item.type !== "lines").map((item) => ({ value: item.name, label: pick(item.label) }))} onChange={(name) => name && insert(name)} />
    </div>
  );
}

/** The people fields of the record lead to. */
function People({ entity, value, onChange }: { entity: Entity; value: string[]; onChange: (value: string[]) => void }) {
  const people = [...entity.fields.filter((item) => item.type === "user").map((item) => ({ value: `{${item.name}}`, label: pick(item.label) })), { value: "{created_by}", label: t("rule.creator") }, { value: "ME()", label: t("rule.me") }];
  return <Select mode="multiple" value={value} aria-label={t("rule.to")} placeholder={t("input.choose")} style={{ width: "100%" }} options={[...people, ...value.filter((one) => !people.some((item) => item.value === one)).map((one) => ({ value: one, label: one }))]} onChange={onChange} />;
}

function Outcomes({ entity, table, list: present, onChange }: { entity: Entity; table: Doc | undefined; list: { output: string; field: string }[]; onChange: (list: { output: string; field: string }[]) => void }) {
  const outputs = ((table?.["outputs"] ?? []) as unknown as { name: string; label?: Label }[]).map((item) => ({ value: item.name, label: pick(item.label ?? item.name) }));
  const fields = entity.fields.filter((item) => !unwritable.has(item.type)).map((item) => ({ value: item.name, label: pick(item.label) }));
  return (
    <div className="rule-gets">
      {present.map((item, at) => (
        <div key={at} className="line">
          <Select size="small" className="grow" value={item.output || undefined} aria-label={t("rule.output")} placeholder={t("rule.output")} options={outputs} onChange={(output: string) => onChange(present.map((one, index) => (index === at ? { ...one, output } : one)))} />
          <span className="third">→</span>
          <Select size="small" className="grow" value={item.field || undefined} aria-label={t("filter.field")} placeholder={t("filter.field")} showSearch={{ optionFilterProp: "label" }} options={fields} onChange={(field: string) => onChange(present.map((one, index) => (index === at ? { ...one, field } : one)))} />
          <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => onChange(present.filter((_, index) => index !== at))}><X size={14} /></button>
        </div>
      ))}
      <Button size="small" type="text" icon={<Plus size={13} />} disabled={!outputs.length} onClick={() => onChange([...present, { output: outputs[0]!.value, field: "" }])}>{t("rule.add_output")}</Button>
    </div>
  );
}

/** The words a request carries, each with its value. */
function Named({ metadata, entity, list: present, onChange }: { metadata: Metadata; entity: Entity; list: { name: string; value: string }[]; onChange: (list: { name: string; value: string }[]) => void }) {
  const free = entity.fields.filter((item) => item.type !== "lines" && !present.some((one) => one.name === item.name));
  return (
    <div className="rule-gets">
      {present.map((item, at) => (
        <div key={at} className="line"><span className="grow cut small">{withLabels(item.value, metadata, entity).replace(/^\{|\}$/g, "")}</span><button type="button" className="icon-button" aria-label={`${t("do.remove")} ${item.name}`} onClick={() => onChange(present.filter((_, index) => index !== at))}><X size={14} /></button></div>
      ))}
      <Select<string | null> size="small" value={null} placeholder={t("rule.add_field")} aria-label={t("rule.add_field")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={free.map((one) => ({ value: one.name, label: pick(one.label) }))} onChange={(name) => name && onChange([...present, { name, value: `{${name}}` }])} />
    </div>
  );
}
