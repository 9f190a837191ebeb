/** A record: title line, its fields to be changed where they stand, related lists, and what happened. */
import { useQuery } from "@tanstack/react-query";
import { Button, Dropdown } from "antd";
import { Check, Copy, Ellipsis, Link2, ShieldQuestion, Trash2 } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { get, remove } from "../../kernel/api";
import { fullInstant, instant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { derived, entityOf, fieldsIn, formOf, titled } from "../../kernel/metadata";
import type { Component, Entity, Field, Label, Metadata, RecordData, Value, Values } from "../../kernel/types";
import { useDeeds } from "../../kit/CommandPalette";
import { fieldKind, isBlank, PlaceContext } from "../../kit/fields";
import { usePhone } from "../../kit/look";
import { Bone, Bones, Failed, Face } from "../../kit/parts";
import { Parts } from "../../kit/Tree";
import { PartsContext, type MeasureState, type PartsValue } from "../../kit/parts-context";
import { useToast } from "../../kit/toast";
import "../../kinds/components/index";
import { link } from "../links";
import { useConditions } from "../form/conditions";
import type { OnRecord as Flows } from "../flows/types";
import { Buttons } from "./Buttons";
import { Conflict } from "./Conflict";
import { Count, Related } from "./Related";
import { Timeline } from "./Timeline";
import { useRecord } from "./useRecord";
import "../form/form.css";
import "../board/board.css";

const OnRecord = lazy(() => import("../flows/OnRecord"));
const Origin = lazy(() => import("./Origin"));
const Measured = lazy(() => import("./Measured"));
const Explain = lazy(() => import("./Explain"));
const TileView = lazy(() => import("../board/TileView").then((module) => ({ default: module.TileView })));

interface Props {
  app: string;
  metadata: Metadata;
  entity: Entity;
  id: number;
  narrow?: boolean;
  onSaved: (record: RecordData) => void;
  onRemoved: () => void;
}

/** The page's own parts; else those of the form, then the fields it leaves out. */
function layout(metadata: Metadata, entity: Entity): Component[] {
  const page = (entity.page && metadata.pages[entity.page]) || Object.values(metadata.pages).find((item) => item.entity === entity.name);
  if (page?.components.length) return page.components;
  const form = formOf(metadata, entity);
  const shown = new Set(fieldsIn(form.components));
  const rest = entity.fields.filter((field) => !shown.has(field.name) && field.type !== "lines");
  if (!rest.length) return form.components;
  return [...form.components, { id: "rest", type: "section", columns: 2, label: rest.every(derived) ? t("record.computed") : t("record.more"), components: rest.map((field) => ({ id: `rest-${field.name}`, type: "field", field: field.name })) }];
}

const placedRelations = (list: readonly Component[]): string[] => list.flatMap((item) => [...(item.relation ? [item.relation] : []), ...placedRelations(item.components ?? [])]);

/** Tells when what is known of something that moves by itself has become other than it was. */
function useMoved(known: unknown, tell: () => void) {
  const now = known === undefined ? "" : JSON.stringify(known);
  const before = useRef("");
  useEffect(() => {
    if (before.current && now && now !== before.current) tell();
    if (now) before.current = now;
  }, [now, tell]);
}

export function RecordView({ app, metadata, entity, id, narrow, onSaved, onRemoved }: Props) {
  const phone = usePhone();
  const go = useNavigate();
  const toast = useToast();
  const held = useRecord(app, entity, id, onSaved);
  const { record, now, changed, save, discard } = held;
  const flows = useQuery<Flows>({ queryKey: ["flows-on", app, entity.name, id, record?.version], enabled: !!record, staleTime: 5_000, refetchInterval: ({ state }) => (state.data?.instances.some((run) => run.state !== "ended") ? 4_000 : false), placeholderData: (before) => before, queryFn: ({ signal }) => get<Flows>(`records/${app}/${entity.name}/${id}/flows`, {}, signal) });
  // what a flow holds is changed by its tasks alone
  const locked = !!flows.data?.instances.some((run) => run.state !== "ended" && run.locks);
  const [editing, setEditing] = useState<ReadonlySet<string>>(new Set());
  const [blanks, setBlanks] = useState(false);
  const [tab, setTab] = useState("details");
  const [explained, setExplained] = useState(false);
  const [asked, setAsked] = useState<Field | null>(null);
  const [made, setMade] = useState<{ entity: string; id: number; field: Field } | null>(null);
  const measuring = entity.fields.some((field) => field.type === "measure");
  const measures = useQuery<Record<string, MeasureState>>({ queryKey: ["measures", app, entity.name, id, record?.version], enabled: measuring && !!record, staleTime: 2_000, refetchInterval: 4_000, placeholderData: (before) => before, queryFn: ({ signal }) => get<Record<string, MeasureState>>(`records/${app}/${entity.name}/${id}/measures`, {}, signal) });
  const { refetch } = held.query;
  const again = useCallback(() => void refetch(), [refetch]);
  // what is measured moves by itself, and what others approve does: whenever either has moved the record is read again
  useMoved(measures.data, again);
  useMoved(flows.data?.instances.map((run) => [run.id, run.state, run.outcome, run.steps.map((step) => step.state)]), again);
  const context = useConditions();
  const parts = useMemo(() => layout(metadata, entity), [metadata, entity]);
  const relations = useMemo(() => {
    const placed = new Set(placedRelations(parts));
    return entity.relations.filter((item) => !item.owned && !placed.has(item.name) && entityOf(metadata, item.entity));
  }, [entity, metadata, parts]);
  const title = titled(entity);
  const state = useMemo(() => {
    const grouped = Object.values(metadata.views).find((view) => view.entity === entity.name && view.type === "kanban")?.group_by;
    return entity.fields.find((field) => field.type === "choice" && !field.multiple && (field.name === grouped || /^(state|status|stage)$/.test(field.name)));
  }, [metadata.views, entity]);
  const dirty = Object.keys(changed).length;
  const hidden = useMemo(() => {
    const shown = new Set(fieldsIn(parts));
    return entity.fields.filter((field) => shown.has(field.name) && isBlank(now?.[field.name]) && !editing.has(field.name) && field.type !== "lines").length;
  }, [parts, entity, now, editing]);

  const finish = useCallback(async () => {
    if (await save()) setEditing(new Set());
  }, [save]);
  const cancel = () => {
    discard();
    setEditing(new Set());
  };
  useDeeds(dirty ? [{ id: "save", label: t("record.save"), group: t("palette.here"), keys: "mod+s", run: () => void finish() }] : [], [dirty, finish]);
  useEffect(() => {
    if (!dirty) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [dirty]);

  if (held.query.isError) return <Failed error={held.query.error} retry={() => void held.query.refetch()} />;
  if (!record || !now) return <div className="record-body"><Bone width="45%" height={24} /><Bones rows={9} /></div>;

  const name = title ? fieldKind(title.type).text(now[title.name] ?? null, title) : `#${id}`;
  const value: PartsValue = {
    app, metadata, entity, mode: "read", values: now, issues: held.issues, context, set: held.set, editing, blanks, record, phone, narrow: !!narrow,
    why: (field) => (field.type === "measure" ? setMade({ entity: entity.name, id, field }) : setAsked(field)), ...(measures.data ? { measures: measures.data } : {}),
    ...(entity.access.update && !locked ? { edit: (name: string) => setEditing((old) => new Set([...old, name])) } : {}),
    extra: (component) => {
      if (component.type === "related") {
        const relation = entity.relations.find((item) => item.name === component.relation);
        return relation ? <div className="wide">{pick(component.label) && <h3 className="section-title">{pick(component.label)}</h3>}<Related app={app} metadata={metadata} entity={entity.name} record={record} relation={relation} {...(Array.isArray(component.columns) ? { columns: component.columns } : {})} /></div> : null;
      }
      if (component.type === "tile") {
        const report = String(component["report"] ?? "");
        const known = metadata.reports?.[report];
        return known ? <div className="wide record-tile" style={{ height: Number(component["height"] ?? 4) * 40 }}><Suspense fallback={<Bone height={120} />}><TileView path={`reports/${app}/${report}`} tile={{ title: (component["title"] as Label) || known.label, chart: known.chart?.type ?? "table" }} filters={{ [String(component["dimension"] || entity.name)]: { id, label: name } }} /></Suspense></div> : null;
      }
      return component.type === "timeline" && (narrow || phone) ? <Timeline app={app} entity={entity} id={id} /> : null;
    },
    badge: (component) => {
      const held_ = (component.components ?? []).filter((item) => item.type === "related");
      const relation = held_.length === 1 && entity.relations.find((item) => item.name === held_[0]!.relation);
      return relation ? <Count app={app} entity={entity} id={id} relation={relation} /> : null;
    },
  };
  const deleteIt = () => toast.modal.confirm({
    title: t("record.delete_ask", { name: name || `#${id}` }), content: t("bulk.delete_hint"), okText: t("do.delete"), okButtonProps: { danger: true }, cancelText: t("do.cancel"), icon: null,
    onOk: async () => {
      try {
        await remove(`records/${app}/${entity.name}/${id}`, record.version);
        toast.done(t("record.deleted"));
        onRemoved();
      } catch (error) {
        toast.failed(error);
      }
    },
  });
  const items = [
    { key: "link", icon: <Link2 size={15} />, label: t("record.copy_link"), onClick: () => void navigator.clipboard?.writeText(window.location.origin + link.record(app, entity.name, id)).then(() => toast.done(t("do.copied"))) },
    ...(entity.access.create ? [{ key: "copy", icon: <Copy size={15} />, label: t("record.duplicate"), onClick: () => void go(link.create(app, entity.name), { state: { back: window.location.pathname, values: copied(entity.fields, record) } }) }] : []),
    { key: "why", icon: <ShieldQuestion size={15} />, label: t("record.why"), onClick: () => setExplained(true) },
    ...(entity.access.delete ? [{ type: "divider" as const }, { key: "delete", danger: true, icon: <Trash2 size={15} />, label: t("do.delete"), onClick: deleteIt }] : []),
  ];
  const StateCell = state && fieldKind(state.type).Cell;
  const placedTimeline = parts.some((part) => part.type === "timeline");
  const tabs = [{ key: "details", label: t("record.details") }, ...relations.map((relation) => ({ key: relation.name, label: pick(relation.label), relation })), ...((narrow || phone) && !placedTimeline ? [{ key: "timeline", label: t("timeline.title") }] : [])];
  const details = (
    <PartsContext.Provider value={value}>
      <div className="record-form"><Parts components={parts} /></div>
      {hidden > 0 && <button type="button" className="plain link small record-blanks" onClick={() => setBlanks(!blanks)}>{blanks ? t("record.fold_blanks") : t("record.show_blanks", { count: hidden })}</button>}
    </PartsContext.Provider>
  );
  // what is wrong with the record as a whole, or with what is not in sight, is told where one saves
  const inSight = fieldsIn(parts);
  const stray = held.issues.filter((issue) => !inSight.includes(String(issue.path[0] ?? "")));
  const relation = relations.find((item) => item.name === tab);
  return (
    <PlaceContext.Provider value={{ application: app, entity: entity.name, record: id, made: (owner, row, field) => setMade({ entity: owner, id: row, field }), open: (there, other, which) => void go(link.record(there, other, which)) }}>
      <div className={`record ${narrow ? "narrow" : ""}`} onKeyDown={(event) => event.key === "Escape" && editing.size > 0 && !dirty && setEditing(new Set())}>
        <div className="record-main">
          <div className="record-title">
            <Face name={name || "?"} size={40} />
            <div className="grow">
              <h2 className="cut" title={name}>{name || t("record.untitled")}</h2>
              <div className="line small second">
                {StateCell && !isBlank(record[state.name]) && <StateCell value={record[state.name] ?? null} field={state} />}
                <span className="cut" title={fullInstant(record["changed_at"] as string)}>{record["changed_at"] ? whoText(record["changed_by"]) ? t("record.changed", { when: instant(record["changed_at"] as string), who: whoText(record["changed_by"]) }) : t("record.changed_at", { when: instant(record["changed_at"] as string) }) : ""}</span>
              </div>
            </div>
            <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight"><button type="button" className="icon-button" aria-label={t("record.menu")}><Ellipsis size={18} /></button></Dropdown>
          </div>
          <Buttons app={app} entity={entity.name} id={id} version={record.version} disabled={dirty > 0} done={() => void held.query.refetch()} />
          {flows.data && flows.data.startable.length + flows.data.instances.length > 0 && <Suspense fallback={null}><OnRecord app={app} entity={entity.name} id={id} found={flows.data} disabled={dirty > 0} done={() => { void held.query.refetch(); void flows.refetch(); }} /></Suspense>}
          {tabs.length > 1 && (
            <div className="tabs-list record-tabs" role="tablist">
              {tabs.map((item) => <button key={item.key} type="button" role="tab" className="plain tab" aria-selected={tab === item.key} onClick={() => setTab(item.key)}>{item.label}{"relation" in item && item.relation && <Count {...{ app, entity, id }} relation={item.relation} />}</button>)}
            </div>
          )}
          <div className="record-body" role="tabpanel">
            {relation ? <Related app={app} metadata={metadata} entity={entity.name} record={record} relation={relation} /> : tab === "timeline" ? <Timeline app={app} entity={entity} id={id} /> : details}
          </div>
          {(dirty > 0 || editing.size > 0) && (
            <div className="save-bar">
              <span className="grow second">{stray.length ? stray.map((issue) => <div key={`${issue.code}${issue.path.join()}`} className="wrong" role="alert">{words(issue)}</div>) : held.issues.length ? <span className="wrong">{t("form.wrong", { count: held.issues.length })}</span> : dirty ? t("record.dirty", { count: dirty }) : t("record.editing")}</span>
              <Button onClick={cancel}>{t("record.discard")}</Button>
              <Button type="primary" disabled={!dirty} loading={held.saving} onClick={() => void finish()}>{t("record.save")}</Button>
            </div>
          )}
          {held.saved && !dirty && !editing.size && <div key={held.saved} className="saved"><Check size={14} />{t("record.saved")}</div>}
        </div>
        {!narrow && !phone && <aside className="record-rail"><Timeline app={app} entity={entity} id={id} /></aside>}
        {asked && <Suspense fallback={null}><Origin app={app} entity={entity} id={id} field={asked} version={record.version} close={() => setAsked(null)} /></Suspense>}
        {made && <Suspense fallback={null}><Measured app={app} entity={made.entity} id={made.id} field={made.field} value={made.id === id && made.entity === entity.name ? record[made.field.name] : lineValue(record, made)} version={record.version} close={() => setMade(null)} /></Suspense>}
        {explained && <Suspense fallback={null}><Explain app={app} entity={entity} id={id} close={() => setExplained(false)} /></Suspense>}
        {held.conflict && <Conflict entity={entity} conflict={held.conflict} cancel={() => held.setConflict(null)} settle={async (values) => {
          await held.settle(values);
          setEditing(new Set());
        }} />}
      </div>
    </PlaceContext.Provider>
  );
}

/** What a copy begins with: what was typed, its lines as new ones; what may be there only once is left out. */
const copied = (fields: readonly Field[], record: Values): Values =>
  Object.fromEntries(fields.filter((field) => field.access === "write" && !derived(field) && !field["unique"]).map((field) => {
    const value = record[field.name] ?? null;
    const columns = field.columns?.length ? (field.fields ?? []).filter((item) => field.columns!.includes(item.name)) : (field.fields ?? []);
    return [field.name, field.type === "lines" ? ((Array.isArray(value) ? value : []).map((row) => copied(columns, row as unknown as Values)) as unknown as Value) : value];
  }));

/** The value of a field of one of the record's lines. */
const lineValue = (record: RecordData, made: { id: number; field: Field }) => Object.values(record).flatMap((value) => (Array.isArray(value) ? (value as unknown[]) : [])).map((row) => row as { [name: string]: Value }).find((row) => row && row["id"] === made.id && made.field.name in row)?.[made.field.name];

const whoText = (value: unknown) => (value && typeof value === "object" && "label" in value ? String(value.label) : "");
