/** The form as it will be, drawn by the real renderer, each part in a frame that can be chosen, dragged and widened. */
import { useDraggable } from "@dnd-kit/core";
import { Copy, Trash2 } from "lucide-react";
import { useMemo, type ReactNode, type Ref } from "react";
import { pick, t } from "../../kernel/i18n";
import { isWide } from "../../kernel/metadata";
import type { Component, Entity, Metadata } from "../../kernel/types";
import { PlaceContext } from "../../kit/fields";
import { Parts } from "../../kit/Tree";
import { PartsContext, type PartsValue } from "../../kit/parts-context";
import { useDesign, useSelection } from "../context";
import { Sentence } from "../inspector/Condition";
import { find, isContainer, standing } from "../parts";
import { Editor } from "../shell/InlineText";
import { duplicate, labelAt, partPath, takeAway, type Place } from "./deeds";
import { partIcons } from "./Palette";

interface Props {
  place: Place;
  metadata: Metadata;
  entity: Entity;
  components: Component[];
  phone: boolean;
  editing: string;
  setEditing: (id: string) => void;
  sheet: Ref<HTMLDivElement>;
}

export function Canvas({ place, metadata, entity, components, phone, editing, setEditing, sheet }: Props) {
  const { app, around } = useDesign();
  const selection = useSelection();
  const parts: PartsValue = useMemo(() => ({
    app, metadata, entity, mode: "edit", values: {}, issues: [], context: around.conditions, set: () => undefined, phone, all: true, blanks: true,
    extra: (component) => <Stand component={component} />,
    wrap: (component, node) => (
      <Frame key={component.id} place={place} component={component} entity={entity} components={components} chosen={selection.includes(component.id)} editing={editing === component.id} setEditing={setEditing} phone={phone}>{node}</Frame>
    ),
  }), [app, metadata, entity, around.conditions, phone, place, components, selection, editing, setEditing]);
  return (
    <PlaceContext.Provider value={{ application: app, entity: entity.name }}>
      <div className={`form-sheet form-canvas ${phone ? "phone" : ""}`} ref={sheet}>
        <PartsContext.Provider value={parts}><Parts components={components} /></PartsContext.Provider>
        {!components.length && <div className="form-empty">{t("form.empty")}</div>}
      </div>
    </PlaceContext.Provider>
  );
}

/** Parts only a record's page draws, as what they will be. */
function Stand({ component }: { component: Component }) {
  const Picture = partIcons[component.type] ?? partIcons["section"]!;
  return <div className="form-stand wide"><Picture size={18} aria-hidden /><span>{pick(component.label) || t(`part.${component.type}`)}</span></div>;
}

interface FrameProps {
  place: Place;
  component: Component;
  entity: Entity;
  components: Component[];
  chosen: boolean;
  editing: boolean;
  setEditing: (id: string) => void;
  phone: boolean;
  children: ReactNode;
}

function Frame({ place, component, entity, components, chosen, editing, setEditing, phone, children }: FrameProps) {
  const { draft } = useDesign();
  const { setNodeRef, listeners, isDragging } = useDraggable({ id: `part:${component.id}`, data: { part: component.id }, disabled: editing });
  const container = isContainer(component.type);
  const at = standing(components, component.id);
  const parent = at?.parent ? find(components, at.parent) : undefined;
  const columns = phone ? 1 : parent ? Math.min(Number(parent.columns ?? 2), 4) : 1;
  const field = component.field ? entity.fields.find((item) => item.name === component.field) : undefined;
  const whole = !["field"].includes(component.type) || !parent || (field && isWide(field)) || phone;
  const label = labelAt(place, component);
  const name = pick(label?.label) || t(`part.${component.type}`);
  const lost = !!component.field && !field;
  // chosen by arrows and Tab, so it takes the focus; no button, since parts hold parts. While nothing is chosen the first
  // part is the way in, and what gets the focus by keys is chosen.
  const entrance = !draft.document.snapshot().selection.length && components[0]?.id === component.id;
  const focus = {
    tabIndex: chosen || entrance ? 0 : -1,
    onFocus: (event: React.FocusEvent<HTMLElement>) => {
      if (event.target === event.currentTarget && event.currentTarget.matches(":focus-visible") && !draft.document.snapshot().selection.includes(component.id)) draft.document.select([component.id]);
    },
  };
  const choose = (event: React.MouseEvent) => {
    event.stopPropagation();
    const now = draft.document.snapshot().selection;
    draft.document.select(event.shiftKey || event.metaKey || event.ctrlKey ? (now.includes(component.id) ? now.filter((id) => id !== component.id) : [...now, component.id]) : [component.id]);
    (event.currentTarget as HTMLElement).focus({ preventScroll: true });
  };
  return (
    <div
      ref={setNodeRef} data-part={component.id} className={`part part-${component.type} ${container ? "holder" : "leaf"} ${chosen ? "chosen" : ""} ${isDragging ? "dragging" : ""} ${component.visible ? "conditional" : ""}`}
      style={{ gridColumn: whole ? "1 / -1" : `span ${Math.min(component.width ?? 1, columns)}` }} role="group" aria-label={name} {...focus} {...listeners}
      onClick={choose} onDoubleClick={(event) => {
        event.stopPropagation();
        if (label) setEditing(component.id);
      }}
    >
      {editing && label && <Editor className={`part-label-edit edit-${component.type}`} value={pick(label.label)} label={t("form.rename")} placeholder={name} onChange={label.write} end={() => setEditing("")} />}
      {lost ? <div className="form-lost">{t("form.field_gone")}</div> : container ? children : <div inert>{children}</div>}
      {component.type === "tab" || !container || component.components?.length ? null : <div className="form-empty small">{t("form.empty_part")}</div>}
      {component.type === "tab" && !component.components?.length && <div className="form-empty small">{t("form.empty_part")}</div>}
      {component.type === "section" && !pick(component.label) && chosen && <span className="part-kind small third">{t("part.section")}</span>}
      {component.visible && <div className="part-when small">{t("form.when")} <Sentence entity={entity.name} text={String(component.visible)} /></div>}
      {chosen && !editing && (
        <span className="part-do" onPointerDown={(event) => event.stopPropagation()}>
          <button type="button" className="icon-button" title={t("form.duplicate")} aria-label={t("form.duplicate")} onClick={(event) => { event.stopPropagation(); void duplicate(place, component.id); }}><Copy size={14} /></button>
          <button type="button" className="icon-button" title={t("do.delete")} aria-label={t("do.delete")} onClick={(event) => { event.stopPropagation(); takeAway(place, [component.id]); }}><Trash2 size={14} /></button>
        </span>
      )}
      {chosen && !whole && columns > 1 && <Edge place={place} component={component} columns={columns} />}
    </div>
  );
}

/** The right edge: dragged, it makes a field wider or narrower by whole columns. */
function Edge({ place, component, columns }: { place: Place; component: Component; columns: number }) {
  const { draft } = useDesign();
  const begin = (event: React.PointerEvent<HTMLElement>) => {
    event.stopPropagation();
    event.preventDefault();
    const frame = event.currentTarget.parentElement!.getBoundingClientRect();
    const one = frame.width / Math.min(component.width ?? 1, columns);
    let last = component.width ?? 1;
    const pull = (moved: PointerEvent) => {
      const width = Math.max(1, Math.min(columns, Math.round((moved.clientX - frame.left) / one)));
      const path = partPath(place, component.id);
      if (!path || width === last) return;
      last = width;
      draft.run({ label: "design.step_width", patches: [width === 1 ? { do: "remove", path: [...path, "width"] } : { do: "set", path: [...path, "width"], value: width }], merge: `width ${component.id}` });
    };
    const end = () => {
      window.removeEventListener("pointermove", pull);
      window.removeEventListener("pointerup", end);
    };
    window.addEventListener("pointermove", pull);
    window.addEventListener("pointerup", end);
  };
  return <span className="part-edge" title={t("form.width")} aria-hidden onPointerDown={begin} onClick={(event) => event.stopPropagation()} />;
}
