/** A record over its list: 640 px from the right, the list stays in reach. */
import { ChevronDown, ChevronUp, Maximize2, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { t } from "../../kernel/i18n";
import type { Entity, Metadata, RecordData } from "../../kernel/types";
import { link } from "../links";
import { RecordView } from "./RecordView";
import "./record.css";

interface Props {
  app: string;
  metadata: Metadata;
  entity: Entity;
  id: number;
  close: () => void;
  save: (record: RecordData) => void;
  removed: (id: number) => void;
  onNext: (() => void) | undefined;
  onPrevious: (() => void) | undefined;
}

export default function Drawer({ app, metadata, entity, id, close, save, removed, onNext, onPrevious }: Props) {
  const go = useNavigate();
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      if (document.querySelector(".ant-modal-wrap:not([style*='display: none']), .palette, .ant-popover:not(.ant-popover-hidden), .ant-dropdown:not(.ant-dropdown-hidden), .ant-select-dropdown:not(.ant-select-dropdown-hidden)")) return;
      close();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [close]);
  return (
    <aside ref={box} className="drawer" role="dialog" aria-label={t("record.drawer")}>
      <div className="drawer-head">
        <button type="button" className="icon-button" aria-label={t("record.previous")} title={t("record.previous")} disabled={!onPrevious} onClick={onPrevious}><ChevronUp size={17} /></button>
        <button type="button" className="icon-button" aria-label={t("record.next")} title={t("record.next")} disabled={!onNext} onClick={onNext}><ChevronDown size={17} /></button>
        <span className="grow" />
        <button type="button" className="icon-button" aria-label={t("record.enlarge")} title={t("record.enlarge")} onClick={() => void go(link.record(app, entity.name, id))}><Maximize2 size={15} /></button>
        <button type="button" className="icon-button" aria-label={t("do.close")} title={t("do.close")} onClick={close}><X size={18} /></button>
      </div>
      <RecordView key={id} app={app} metadata={metadata} entity={entity} id={id} narrow onSaved={save} onRemoved={() => removed(id)} />
    </aside>
  );
}
