/** The map of an application: its entities as cards, their references as lines. A click opens, hovering shows what hangs together. */
import { Plus } from "lucide-react";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { iconOf } from "../../kit/icons";
import { Empty } from "../../kit/parts";
import { Button } from "antd";
import { useBook, useDesign } from "../context";
import { iconFor } from "../inspector/words";
import { NewDialog } from "../shell/NewDialog";
import { isBorrowed, isFact, metadataOf, named } from "../shape";
import { placed, width } from "./layout";

export default function Diagram() {
  const { app, go } = useDesign();
  const book = useBook();
  const [over, setOver] = useState("");
  const [making, setMaking] = useState(false);
  const entities = metadataOf(app, book).entities;
  // what the platform keeps account of is nobody's table to design
  const map = useMemo(() => placed(Object.values(entities).filter((entity) => !isFact(entity.name) && !isBorrowed(entity.name))), [entities]);
  const page = useRef<HTMLDivElement>(null);
  // columns are centred on one another: the map opens where its first column begins, not at an empty corner
  const top = map.nodes[0]?.y ?? 0;
  useLayoutEffect(() => {
    // Braces: newer browsers answer a scroll with a promise, which React would take for the way to undo the effect.
    page.current?.scrollTo({ top: top - 24 });
  }, [top]);
  const near = new Set(map.lines.flatMap((line) => (line.from === over || line.to === over ? [line.from, line.to] : [])));
  return (
    <div className="designer-page map-page" ref={page}>
      {!map.nodes.length && <Empty picture="board" title={t("data.empty")} hint={t("data.empty_hint")}><Button type="primary" icon={<Plus size={15} />} onClick={() => setMaking(true)}>{t("design.new", { what: t("sort.entity") })}</Button></Empty>}
      {!!map.nodes.length && <div className={`map ${over ? "narrowed" : ""}`} style={{ width: map.width, height: map.height }}>
        <svg width={map.width} height={map.height} aria-hidden>
          <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 L8 4 L0 8 z" fill="currentColor" /></marker></defs>
          {map.lines.map((line) => <path key={line.key} d={line.path} className={`map-line ${over && (line.from === over || line.to === over) ? "on" : ""}`} strokeDasharray={line.many ? "5 4" : undefined} markerEnd="url(#tip)"><title>{pick(line.label)}</title></path>)}
        </svg>
        {map.nodes.map(({ entity, x, y, height, fields }) => {
          const Picture = iconOf(entity.icon);
          return (
            <button
              key={entity.name} type="button" className={`plain map-card ${!over || over === entity.name || near.has(entity.name) ? "" : "far"}`} style={{ left: x, top: y, width, height }} onClick={() => go("entity", named(book, "entity", entity.name)?.[0])}
              onMouseEnter={() => setOver(entity.name)} onMouseLeave={() => setOver("")} onFocus={() => setOver(entity.name)} onBlur={() => setOver("")}
            >
              <span className="map-head"><Picture size={16} aria-hidden /><b className="cut">{pick(entity.label)}</b></span>
              {fields.map((field) => {
                const One = iconFor(field.type);
                return <span key={field.name} className="map-field"><One size={13} aria-hidden /><span className="cut">{pick(field.label)}</span></span>;
              })}
              {entity.fields.length > fields.length && <span className="map-more small third">{t("data.more_fields", { count: entity.fields.length - fields.length })}</span>}
            </button>
          );
        })}
      </div>}
      {making && <NewDialog sort="entity" close={() => setMaking(false)} />}
    </div>
  );
}
