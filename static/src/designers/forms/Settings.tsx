/** The settings of what is chosen on a form: of the field itself, then of its place here; of the form when nothing is. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { get } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import { read } from "../../kernel/document";
import type { Field, Json, Label } from "../../kernel/types";
import { change, useBook, useDesign, useSelection, type Schema } from "../context";
import { Inspector, type Put } from "../inspector/Inspector";
import { Sources } from "../inspector/Measured";
import { Validations } from "../inspector/Validations";
import { iconFor, typeLabel } from "../inspector/words";
import { nameLater } from "../names";
import { find } from "../parts";
import { settled } from "../entities/rollup";
import { componentsOf, fieldsOf, labelOf, metadataOf, named } from "../shape";
import { add, partPath, renameField, takeAway, type Place } from "./deeds";
import { partIcons } from "./Palette";

export function Settings({ place }: { place: Place }) {
  const { schemas, draft } = useDesign();
  const book = useBook();
  const selection = useSelection();
  const form = book[place.sort]![place.id]!;
  const entity = named(book, "entity", String(form["entity"] ?? ""));
  const part = selection.length === 1 ? find(componentsOf(form), selection[0]!) : undefined;
  if (selection.length > 1)
    return <div className="settings-head"><h3>{t("form.chosen", { count: selection.length })}</h3><Button danger icon={<Trash2 size={14} />} onClick={() => takeAway(place, selection)}>{t("do.delete")}</Button></div>;
  if (!part)
    return (
      <>
        <div className="settings-head"><h3>{t(`sort.${place.sort}`)}</h3><span className="small third">{t("form.of_entity", { name: pick(labelOf(entity?.[1])) })}</span></div>
        <Inspector owner="form" schema={schemas.$defs[place.sort === "page" ? "Page" : "Form"] ?? {}} value={form} entity={String(form["entity"])} skip={["entity", "components"]} put={(key, value, typing) => change(draft, [place.sort, place.id], { [key]: value }, "design.step_change", typing ? `${place.id} ${key}` : undefined)} />
        <p className="help settings-keys">{t("form.keys_hint")}</p>
      </>
    );
  const path = partPath(place, part.id)!;
  const put: Put = (key, value, typing) => change(draft, path, { [key]: value }, "design.step_change", typing ? `${part.id} ${key}` : undefined);
  const kind = schemas.kinds["components"]?.[part.type];
  const shared: Schema = { properties: { ...(part.type === "tab" || part.type === "tabs" ? kind?.schema.properties : kind?.schema.properties), visible: { type: "string", "x-expression": "boolean" } } };
  const field = part.field ? fieldsOf(entity?.[1]).find((item) => item.name === part.field) : undefined;
  const Picture = field ? iconFor(field.type) : (partIcons[part.type] ?? partIcons["section"]!);
  return (
    <>
      <div className="settings-head">
        <Picture size={16} aria-hidden />
        <h3 className="grow cut">{field ? pick(field.label) : t(`part.${part.type}`)}</h3>
        <span className="small third">{field ? typeLabel(field.type) : ""}</span>
      </div>
      {field && entity && <FieldSettings entityId={entity[0]} field={field} />}
      {field && <h4 className="settings-part">{t("form.here")}</h4>}
      <Inspector owner="part" schema={shared} value={part as unknown as { [key: string]: Json }} entity={String(form["entity"])} skip={["field"]} folded={field ? ["label", "hint"] : []} first={["label", "columns", "width", "visible"]} put={put} />
      {part.type === "tabs" && <Button size="small" icon={<Plus size={14} />} onClick={() => void add(place, { part: "tab" }, { parent: part.id, index: (part.components ?? []).length })}>{t("form.tab_add")}</Button>}
    </>
  );
}

/** What is said once for a field, wherever it is shown. */
export function FieldSettings({ entityId, field, renamed }: { entityId: string; field: Field; renamed?: (name: string) => void }) {
  const { app, draft, schemas } = useDesign();
  const book = useBook();
  const entity = book["entity"]?.[entityId];
  const at = fieldsOf(entity).findIndex((item) => item.name === field.name);
  const document = (read(book as unknown as Json, ["entity", entityId, "fields", at]) ?? {}) as { [key: string]: Json };
  const own = schemas.kinds["fields"]?.[field.type];
  const general = schemas.$defs["Field"]?.properties ?? {};
  const schema: Schema = { properties: { ...general, ...own?.schema.properties } };
  const skip = ["type", "id", "name", "validations", ...(own?.derived || field.type === "lines" ? ["required", "default", "unique", "initial"] : []), ...(document["option_set"] ? ["options"] : []), ...(field.type === "measure" ? ["sources"] : [])];
  return (
    <Inspector
      owner="field" schema={schema} value={document} entity={String(entity?.["name"] ?? "")} skip={skip} folded={["unique", ...(field.type === "choice" || field.type === "cascade" ? ["option_set"] : [])]}
      first={["label", "entity", "options", "multiple", "expression", "path", "relation", "aggregate", "field", "condition", "result", "digits", "required", "hint", "default"]}
      put={(key, value, typing) => {
        if (key === "label" && typeof value === "string" && value && typeof (document["label"] as Label) === "string") {
          // each letter is shown at once; the name follows
          change(draft, ["entity", entityId, "fields", at], { label: value }, "design.step_rename", `${entityId} ${field.name}`);
          nameLater(`${app}/${entityId}/${field.name}`, () => renameField(app, draft, entityId, field.name, value).then(renamed));
          return;
        }
        const values = { [key]: value ?? null };
        if (field.type === "rollup" && ["relation", "aggregate", "field"].includes(key)) {
          const metadata = metadataOf(app, book);
          const own = metadata.entities[String(entity?.["name"])];
          if (own) Object.assign(values, { result: settled(metadata, own, { ...document, ...values })["result"] ?? null });
        }
        change(draft, ["entity", entityId, "fields", at], Object.fromEntries(Object.entries(values).map(([name, said]) => [name, said ?? undefined])), "design.step_change", typing ? `${entityId} ${field.name} ${key}` : undefined);
      }}
    >
      {field.type === "measure" && <Sources entity={String(entity?.["name"] ?? "")} value={document["sources"]} onChange={(next, typing) => change(draft, ["entity", entityId, "fields", at], { sources: next }, "design.step_change", typing ? `${entityId} ${field.name} sources` : undefined)} />}
      {field.type !== "lines" && <Validations entity={String(entity?.["name"] ?? "")} field={{ name: field.name, label: field.label, required: document["required"] === true }} value={document["validations"]} onChange={(next, typing) => change(draft, ["entity", entityId, "fields", at], { validations: next }, "design.step_change", typing ? `${entityId} ${field.name} validations` : undefined)} />}
      <Used entity={String(entity?.["name"] ?? "")} name={field.name} />
    </Inspector>
  );
}

function Used({ entity, name }: { entity: string; name: string }) {
  const { app, go } = useDesign();
  const [open, setOpen] = useState(false);
  const found = useQuery({ queryKey: ["usages", app, entity, name], enabled: open, staleTime: 0, queryFn: () => get<{ items: { kind: string; id: string; label: Label }[] }>(`designer/${app}/usages`, { kind: "field", entity, name }).then((answer) => answer.items) });
  const places = [...new Map((found.data ?? []).map((item) => [`${item.kind}/${item.id}`, item])).values()];
  return (
    <div className="inspector-row">
      <button type="button" className="plain link small" aria-expanded={open} onClick={() => setOpen(!open)}>{t("inspect.where_used")}</button>
      {open && found.data && (places.length ? <div className="used">{places.map((item) => <button key={`${item.kind}/${item.id}`} type="button" className="plain used-item" onClick={() => go(item.kind, item.id)}><span className="third">{t(`sort.${item.kind}`)}</span> {pick(item.label)}</button>)}</div> : <div className="help">{t("inspect.used_nowhere")}</div>)}
    </div>
  );
}
