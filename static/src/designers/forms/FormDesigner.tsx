/** The form designer: palette, the form itself, settings of what is chosen; by drag, by double click and by keys. */
import { DndContext, PointerSensor, useSensor, useSensors, type DragStartEvent } from "@dnd-kit/core";
import { Segmented, Select } from "antd";
import { Monitor, PanelLeft, PanelRight, Smartphone } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { typing } from "../../kernel/commands";
import { pick, t } from "../../kernel/i18n";
import { entityOf as runtimeEntity } from "../../kernel/metadata";
import { usePhone } from "../../kit/look";
import { Empty } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { useBook, useDesign, useKey, useSelection } from "../context";
import { find, flat, stepSpot } from "../parts";
import { componentsOf, labelOf, list, metadataOf, short } from "../shape";
import { Canvas } from "./Canvas";
import { add, copy, duplicate, labelAt, move, partPath, paste, takeAway, typeOf, type Place, type Wish } from "./deeds";
import { dropAt, type Drop } from "./drop";
import { Palette, wishLabel } from "./Palette";
import { Preview } from "./Preview";
import { RecordPick } from "./Sample";
import { Settings } from "./Settings";

type Dragged = { wish?: Wish; part?: string };

export default function FormDesigner({ sort, id }: { sort: string; id: string }) {
  const { app, draft, part: asked } = useDesign();
  const book = useBook();
  const selection = useSelection();
  const toast = useToast();
  const small = usePhone();
  const [mode, setMode] = useState<"design" | "preview">("design");
  const [width, setWidth] = useState<"desktop" | "phone">(small ? "phone" : "desktop");
  const [role, setRole] = useState("");
  const [record, setRecord] = useState<number | null>(null);
  const [editing, setEditing] = useState("");
  const [dragged, setDragged] = useState<Dragged | null>(null);
  const [drop, setDrop] = useState<Drop | null>(null);
  const [at, setAt] = useState<[number, number] | null>(null);
  const [side, setSide] = useState<"" | "palette" | "settings">("");
  const sheet = useRef<HTMLDivElement>(null);
  const landing = useRef<Drop | null>(null);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 5 } }));
  const place: Place = useMemo(() => ({ app, draft, sort, id }), [app, draft, sort, id]);
  const form = book[sort]![id]!;
  const components = useMemo(() => componentsOf(form), [form]);
  const metadata = metadataOf(app, book);
  const entity = runtimeEntity(metadata, short(String(form["entity"] ?? "")));

  useEffect(() => {
    if (asked) draft.document.select([asked]);
  }, [asked, draft]);
  useEffect(() => () => draft.document.select([]), [draft]);

  // the pointer itself is followed: what dnd-kit tells is moved by scrolling
  useEffect(() => {
    if (!dragged) return;
    const follow = (event: PointerEvent) => {
      if (!sheet.current) return;
      const type = dragged.wish ? typeOf(dragged.wish) : (find(components, dragged.part ?? "")?.type ?? "field");
      landing.current = dropAt(sheet.current, event.clientX, event.clientY, components, type, dragged.part ?? null);
      setDrop(landing.current);
      setAt([event.clientX, event.clientY]);
    };
    window.addEventListener("pointermove", follow);
    return () => window.removeEventListener("pointermove", follow);
  }, [dragged, components]);

  const start = (event: DragStartEvent) => {
    setEditing("");
    landing.current = null;
    setDragged((event.active.data.current ?? {}) as Dragged);
  };
  const put = useCallback(async (wish: Wish, spot: { parent: string; index: number }) => {
    try {
      const made = await add(place, wish, spot);
      if (made && !("field" in wish)) setEditing(made);
      setTimeout(() => sheet.current?.querySelector(`[data-part="${CSS.escape(made ?? "")}"]`)?.scrollIntoView({ block: "nearest", behavior: "smooth" }), 60);
    } catch (error) {
      toast.failed(error);
    }
  }, [place, toast]);
  const end = () => {
    const to = landing.current;
    if (dragged && to?.spot) {
      if (dragged.wish) void put(dragged.wish, to.spot);
      else if (dragged.part) move(place, dragged.part, to.spot);
    } else if (to?.why) toast.say(t(to.why));
    setDragged(null);
    setDrop(null);
    setAt(null);
  };
  /** At the end: in the chosen container, or after what is chosen, or in the last section. */
  const append = (wish: Wish) => {
    const chosen = find(components, selection[0] ?? "");
    const type = typeOf(wish);
    const last = components.at(-1);
    if (type !== "section" && type !== "tabs") {
      if (chosen?.type === "section" || chosen?.type === "tab" || chosen?.type === "columns") return void put(wish, { parent: chosen.id, index: (chosen.components ?? []).length });
      if (last?.type === "section") return void put(wish, { parent: last.id, index: (last.components ?? []).length });
    }
    void put(wish, { parent: "", index: components.length });
  };

  useKey((event) => {
    if (mode !== "design" || typing(event.target) || document.querySelector(".ant-modal-root .ant-modal-wrap:not([style*='display: none'])")) return;
    const on = event.target instanceof HTMLElement && (event.target === document.body || !!sheet.current?.contains(event.target));
    const mod = event.metaKey || event.ctrlKey;
    const order = flat(components).map((item) => item.id);
    const one = selection.at(-1);
    const handled = () => {
      event.preventDefault();
      event.stopPropagation();
    };
    const choose = (next: string | undefined) => {
      if (!next) return;
      draft.document.select([next]);
      requestAnimationFrame(() => sheet.current?.querySelector<HTMLElement>(`[data-part="${CSS.escape(next)}"]`)?.focus());
    };
    if (mod && event.key.toLowerCase() === "v" && on) {
      handled();
      void paste(place, one);
    }
    if (!one || !on) return;
    const at = order.indexOf(one);
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      handled();
      const spot = stepSpot(components, one, event.key === "ArrowUp" ? -1 : 1);
      if (spot) move(place, one, spot);
      choose(one);
    } else if (event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      const path = partPath(place, one);
      const part = find(components, one);
      if (!path || part?.type !== "field") return;
      handled();
      const next = Math.max(1, Math.min(4, (part.width ?? 1) + (event.key === "ArrowRight" ? 1 : -1)));
      draft.run({ label: "design.step_width", patches: [{ do: "set", path: [...path, "width"], value: next }] });
    } else if (event.key === "ArrowDown" || (event.key === "Tab" && !event.shiftKey && at < order.length - 1)) {
      handled();
      choose(order[Math.min(at + 1, order.length - 1)]);
    } else if (event.key === "ArrowUp" || (event.key === "Tab" && event.shiftKey && at > 0)) {
      handled();
      choose(order[Math.max(at - 1, 0)]);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      handled();
      const gone = selection.map((chosen) => partName(place, chosen)).join(t("say.list"));
      takeAway(place, selection);
      toast.say(t("design.removed_undo", { name: gone }));
    } else if (event.key === "Enter" || event.key === "F2") {
      const part = find(components, one);
      if (part && labelAt(place, part)) {
        handled();
        setEditing(one);
      }
    } else if (event.key === "Escape") draft.document.select([]);
    else if (mod && event.key.toLowerCase() === "d") {
      handled();
      void duplicate(place, one);
    } else if (mod && event.key.toLowerCase() === "c") copy(place, selection);
    else if (mod && event.key.toLowerCase() === "x") {
      handled();
      copy(place, selection);
      takeAway(place, selection);
    }
  }, [mode, components, selection, place]);

  if (!entity) return <Empty picture="broken" title={t("form.entity_gone")} hint={t("form.entity_gone_hint")} />;
  const shown = new Set(flat(components).flatMap((item) => (item.field ? [item.field] : [])));
  const unused = entity.fields.filter((field) => !shown.has(field.name));
  return (
    <DndContext sensors={sensors} onDragStart={start} onDragEnd={end} onDragCancel={() => { setDragged(null); setDrop(null); }}>
      <div className={`form-designer ${mode} ${side && `side-${side}`}`}>
        {mode === "design" && <Palette sort={sort} unused={unused} add={(wish) => {
          append(wish);
          setSide("");
        }} />}
        <div className="form-stage">
          <div className="form-tools">
            {mode === "design" && <button type="button" className="icon-button only-small" aria-label={t("form.palette_new")} aria-pressed={side === "palette"} onClick={() => setSide(side === "palette" ? "" : "palette")}><PanelLeft size={17} /></button>}
            <Segmented value={mode} onChange={setMode} options={[{ value: "design", label: t("form.mode_design") }, { value: "preview", label: t("form.mode_preview") }]} />
            <Segmented className="not-small" value={width} onChange={setWidth} options={[{ value: "desktop", icon: <Monitor size={15} />, title: t("form.desktop") }, { value: "phone", icon: <Smartphone size={15} />, title: t("form.phone") }]} />
            {mode === "preview" && <Select size="middle" value={role} onChange={setRole} aria-label={t("form.as_role")} popupMatchSelectWidth={180} options={[{ value: "", label: t("form.as_anybody") }, ...list(book, "role").map(([key, doc]) => ({ value: key, label: t("form.as", { role: pick(labelOf(doc)) }) }))]} />}
            {mode === "preview" && <RecordPick entity={entity} value={record} onChange={setRecord} />}
            <span className="grow" />
            {mode === "design" && <button type="button" className="icon-button only-small" aria-label={t("form.settings")} aria-pressed={side === "settings"} onClick={() => setSide(side === "settings" ? "" : "settings")}><PanelRight size={17} /></button>}
          </div>
          <div className="form-scroll" onClick={() => draft.document.select([])}>
            {mode === "design" ? (
              <Canvas place={place} metadata={metadata} entity={entity} components={components} phone={width === "phone"} editing={editing} setEditing={setEditing} sheet={sheet} />
            ) : (
              <Preview metadata={metadata} entity={entity} form={form} phone={width === "phone"} role={role} record={record} />
            )}
          </div>
        </div>
        {mode === "design" && <aside className="form-settings" aria-label={t("form.settings")}><Settings place={place} /></aside>}
      </div>
      {drop && <div className={`drop-line ${drop.spot ? "" : "refused"} ${drop.line.height > 8 && drop.line.width > 8 ? "box" : ""}`} style={drop.line} />}
      {dragged && at && (
        <div className="drag-chip" style={{ left: at[0] + 12, top: at[1] + 10 }}>{dragged.wish ? wishLabel(dragged.wish, entity.fields) : partName(place, dragged.part ?? "")}{drop?.why && <span className="wrong"> · {t(drop.why)}</span>}</div>
      )}
    </DndContext>
  );
}

function partName(place: Place, id: string): string {
  const part = find(componentsOf(place.draft.book[place.sort]![place.id]), id);
  return (part && pick(labelAt(place, part)?.label)) || t(`part.${part?.type ?? "field"}`);
}
