/** The data designer: the fields of one entity as a table with their settings beside it, or all entities as a map. */
import { Button, Dropdown, Switch } from "antd";
import { ChevronDown, Ellipsis, GripVertical, Plus, RefreshCcw, Trash2 } from "lucide-react";
import { lazy, useEffect, useRef, useState } from "react";
import { get } from "../../kernel/api";
import { language, pick, t } from "../../kernel/i18n";
import type { Field, Json, Label } from "../../kernel/types";
import { useToast } from "../../kit/toast";
import { change, useBook, useDesign } from "../context";
import { makeField, renameField } from "../forms/deeds";
import { FieldSettings } from "../forms/Settings";
import { Indexes } from "../inspector/Indexes";
import { Inspector } from "../inspector/Inspector";
import { Ledger } from "../inspector/Ledger";
import { Validations } from "../inspector/Validations";
import { IconPicker } from "../inspector/widgets";
import { iconFor, rank, typeLabel } from "../inspector/words";
import { InlineText } from "../shell/InlineText";
import { fieldsOf, labelOf, metadataOf, relabelled } from "../shape";
import { Retype } from "./Retype";
import { spreadPatches } from "./scaffold";
import { withoutField } from "./takeOut";

const Diagram = lazy(() => import("./Diagram"));
const groups = ["text", "number", "date", "choice", "relation", "file", "place", "derived"];

export default function DataDesigner({ id }: { id: string }) {
  return id ? <Fields key={id} id={id} /> : <Diagram />;
}

function Fields({ id }: { id: string }) {
  const { app, draft, schemas, part } = useDesign();
  const book = useBook();
  const toast = useToast();
  const entity = book["entity"]![id]!;
  const fields = fieldsOf(entity);
  const [chosen, setChosen] = useState(part);
  const [retyping, setRetyping] = useState<Field | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const [over, setOver] = useState<number | null>(null);
  useEffect(() => setChosen(part), [part]);
  const shown = metadataOf(app, book).entities[String(entity["name"])]?.fields ?? [];
  const place = useRef({ at: -1, of: 0 });
  const known = fields.findIndex((field) => field.name === chosen);
  // a field that takes another name while it is being edited stays the one that is edited
  const at = known < 0 && chosen && place.current.of === fields.length ? place.current.at : known;
  place.current = { at, of: fields.length };
  const current = fields[at];
  const path = (at: number) => ["entity", id, "fields", at];
  const add = async (type: string) => {
    try {
      const made = await makeField({ app, draft }, [id, entity], type);
      draft.run({ label: "design.step_add", patches: [...made.patches, ...spreadPatches(draft.book, [id, draft.book["entity"]![id]!], { name: made.name, type })] });
      setChosen(made.name);
    } catch (error) {
      toast.failed(error);
    }
  };
  const remove = async (field: Field) => {
    // asked before it goes: what shows it goes with it, what computes with it is told
    const uses = await get<{ items: { kind: string; id: string; label: Label }[] }>(`designer/${app}/usages`, { kind: "field", entity: String(entity["name"]), name: field.name }).then((answer) => answer.items, () => []);
    const other = [...new Set(uses.filter((item) => !["form", "page", "role"].includes(item.kind) && !(item.kind === "entity" && item.id === id)).map((item) => pick(item.label)))];
    draft.run({ label: "design.step_remove", patches: withoutField(draft.book, id, field.name) });
    setChosen("");
    toast.say(other.length ? t("data.removed_used", { name: pick(field.label), list: other.slice(0, 3).join(t("say.list")), count: other.length }) : t("design.removed_undo", { name: pick(field.label) }));
  };
  const move = (from: number, to: number) => {
    if (from === to || to < 0 || to >= fields.length) return;
    draft.run({ label: "design.step_move", patches: [{ do: "move", from: path(from), to: path(to) }] });
  };
  const kinds = Object.entries(schemas.kinds["fields"] ?? {});
  const menu = groups.map((group) => ({ key: group, type: "group" as const, label: t(`kindgroup.${group}`), children: kinds.filter(([, kind]) => kind.group === group).sort(([one], [other]) => rank(one) - rank(other)).map(([name]) => {
    const Picture = iconFor(name);
    return { key: name, icon: <Picture size={15} />, label: typeLabel(name), onClick: () => void add(name) };
  }) }));
  return (
    <div className="data-designer">
      <div className="designer-page">
        <header className="data-head">
          <IconPicker value={String(entity["icon"] ?? "")} onChange={(icon) => change(draft, ["entity", id], { icon })} />
          <InlineText once className="data-name" value={pick(labelOf(entity))} label={t("form.rename")} onChange={(text) => change(draft, ["entity", id], { label: relabelled(labelOf(entity), language(), text) as Json }, "design.step_rename")} />
          <span className="second small grow">{t("data.counted", { count: fields.length })}</span>
          <Button onClick={() => setChosen("")} type={current ? "default" : "text"}>{t("data.settings")}</Button>
          <Dropdown trigger={["click"]} menu={{ items: menu, style: { maxHeight: 420, overflow: "auto" } }}><Button type="primary" icon={<Plus size={15} />}>{t("data.add_field")}<ChevronDown size={14} /></Button></Dropdown>
        </header>
        <div className="panel data-table" role="table" aria-label={pick(labelOf(entity))}>
          <div className="data-row data-row-head" role="row"><span /><span role="columnheader">{t("data.field")}</span><span role="columnheader">{t("prop.type")}</span><span role="columnheader">{t("prop.required")}</span><span role="columnheader">{t("prop.unique")}</span><span /></div>
          {fields.map((field, row) => {
            const Picture = iconFor(field.type);
            const computed = schemas.kinds["fields"]?.[field.type]?.derived || field.type === "lines";
            const seen = shown.find((item) => item.name === field.name);
            return (
              <div
                key={field.name} role="row" tabIndex={0} aria-selected={chosen === field.name} className={`data-row ${chosen === field.name ? "chosen" : ""} ${over === row ? "over" : ""}`} draggable={dragged === row} onClick={() => setChosen(field.name)}
                onDragOver={(event) => { if (dragged !== null) { event.preventDefault(); setOver(row); } }} onDrop={() => dragged !== null && move(dragged, row)} onDragEnd={() => { setDragged(null); setOver(null); }}
                onKeyDown={(event) => {
                  if (event.target !== event.currentTarget) return;
                  if (event.altKey && /^Arrow(Up|Down)$/.test(event.key)) {
                    event.preventDefault();
                    move(row, row + (event.key === "ArrowUp" ? -1 : 1));
                  } else if (event.key === "Enter") setChosen(field.name);
                  else if (event.key === "Delete") void remove(field);
                }}
              >
                <span className="grip" role="cell" onPointerDown={() => setDragged(row)} onPointerUp={() => setDragged(null)} aria-hidden><GripVertical size={15} /></span>
                <span role="cell" className="line"><Picture size={16} className="third" aria-hidden /><InlineText value={pick(field.label, field.name)} label={t("form.rename")} onChange={(text) => void renameField(app, draft, id, field.name, text).then(setChosen)} />{entity["title"] === field.name && <span className="tag-mini">{t("data.is_title")}</span>}</span>
                <span role="cell" className="second cut">{typeLabel(field.type)}{["reference", "lines"].includes(field.type) && field.entity ? ` → ${pick(metadataOf(app, book).entities[field.entity]?.label, "")}` : seen?.options?.length ? ` · ${seen.options.slice(0, 3).map((option) => pick(option.label)).join(t("say.list"))}${seen.options.length > 3 ? "…" : ""}` : ""}</span>
                <span role="cell">{!computed && <Switch size="small" checked={!!field.required} aria-label={`${pick(field.label)} ${t("prop.required")}`} onChange={(on, event) => { event.stopPropagation(); change(draft, path(row), { required: on || undefined }); }} />}</span>
                <span role="cell">{!computed && <Switch size="small" checked={!!field["unique"]} aria-label={`${pick(field.label)} ${t("prop.unique")}`} onChange={(on, event) => { event.stopPropagation(); change(draft, path(row), { unique: on || undefined }); }} />}</span>
                <span role="cell" onClick={(event) => event.stopPropagation()}>
                  <Dropdown trigger={["click"]} placement="bottomRight" menu={{ items: [
                    ...(computed ? [] : [{ key: "type", icon: <RefreshCcw size={14} />, label: t("data.retype"), onClick: () => setRetyping(field) }]),
                    ...(["text", "sequence", "phone"].includes(field.type) ? [{ key: "title", label: t("data.make_title"), onClick: () => change(draft, ["entity", id], { title: field.name }) }] : []),
                    { key: "remove", danger: true, icon: <Trash2 size={14} />, label: t("do.delete"), onClick: () => void remove(field) },
                  ] }}><button type="button" className="icon-button" aria-label={t("design.more", { name: pick(field.label) })}><Ellipsis size={16} /></button></Dropdown>
                </span>
              </div>
            );
          })}
        </div>
        <p className="help data-help">{t("data.help")}</p>
      </div>
      <aside className="form-settings" aria-label={t("form.settings")}>
        {current ? (
          <>
            <div className="settings-head"><h3 className="grow cut">{pick(current.label)}</h3><span className="small third">{typeLabel(current.type)}</span></div>
            <FieldSettings key={at} entityId={id} field={current} renamed={(name) => setChosen((now) => (now === current.name ? name : now))} />
          </>
        ) : (
          <>
            <div className="settings-head"><h3>{t("data.settings")}</h3></div>
            <Inspector owner="entity" schema={schemas.$defs["Entity"] ?? {}} value={entity} entity={String(entity["name"])} skip={["fields", "indexes", "validations", "icon", "balance"]} first={["label", "title", "search", "subtitle", "form", "page", "color", "description"]} put={(key, value, typing) => change(draft, ["entity", id], { [key]: value }, "design.step_change", typing ? `${id} ${key}` : undefined)}>
              <Validations entity={String(entity["name"])} value={entity["validations"]} onChange={(next, typing) => change(draft, ["entity", id], { validations: next }, "design.step_change", typing ? `${id} validations` : undefined)} />
              <Indexes fields={fields} value={entity["indexes"]} onChange={(next) => change(draft, ["entity", id], { indexes: next })} />
              <Ledger entity={String(entity["name"])} fields={fields} value={entity["balance"]} append={entity["changes"] === "append"} onChange={(next) => change(draft, ["entity", id], next)} />
            </Inspector>
          </>
        )}
      </aside>
      {retyping && <Retype entityId={id} field={retyping} close={() => setRetyping(null)} />}
    </div>
  );
}
