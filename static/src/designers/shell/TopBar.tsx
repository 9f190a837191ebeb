/** The bar over a designer: which application, whether everything is kept, back and forth, preview and publish. */
import { Alert, Button, Modal, Popover } from "antd";
import { ArrowLeft, Eye, Redo2, Undo2 } from "lucide-react";
import { lazy, Suspense, useState, useSyncExternalStore } from "react";
import { Link, useNavigate } from "react-router";
import { language, pick, t } from "../../kernel/i18n";
import { typing } from "../../kernel/commands";
import { useDeeds } from "../../kit/CommandPalette";
import { Badge } from "../../kit/icons";
import { told } from "../../kit/parts";
import { change, useBook, useDesign, useKey, useMay, useStatus } from "../context";
import { labelOf, relabelled } from "../shape";
import { AppSettings } from "./AppSettings";
import { InlineText } from "./InlineText";
import { Presence } from "./Presence";

const PublishDialog = lazy(() => import("../publish/PublishDialog"));

export function TopBar() {
  const { app, draft, settings, setSettings } = useDesign();
  const book = useBook();
  const status = useStatus();
  const go = useNavigate();
  const state = useSyncExternalStore(draft.document.subscribe, draft.document.snapshot);
  const [publishing, setPublishing] = useState(false);
  const head = book["application"]?.[app];
  const label = labelOf(head);
  const count = status.count;
  const may = useMay();
  const said = (key: string | null) => (key ? t(key) : "");
  useKey((event) => {
    if (!(event.metaKey || event.ctrlKey) || typing(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "z") {
      event.preventDefault();
      if (event.shiftKey) draft.document.redo();
      else draft.document.undo();
    }
    if (key === "y") {
      event.preventDefault();
      draft.document.redo();
    }
    if (key === "s") {
      event.preventDefault();
      void draft.flush();
    }
  }, [draft]);
  useDeeds([
    { id: "publish", label: t("design.publish"), group: t("design.title"), icon: "rocket", run: () => setPublishing(true) },
    { id: "leave", label: t("design.open_app"), group: t("design.title"), icon: "grid", run: () => void go(`/a/${app}`) },
  ], [app, go]);
  return (
    <>
      <header className="design-top">
        <Link to={may() ? "/design" : `/a/${app}`} className="icon-button" aria-label={t("design.leave")} title={t("design.leave")}><ArrowLeft size={18} /></Link>
        {may() ? <Popover trigger="click" placement="bottomLeft" open={settings} onOpenChange={setSettings} content={<AppSettings />}><button type="button" className="plain" aria-label={t("design.settings")} title={t("design.settings")}><Badge icon={String(head?.["icon"] ?? "")} color={String(head?.["color"] ?? "")} size={28} /></button></Popover> : <Badge icon={String(head?.["icon"] ?? "")} color={String(head?.["color"] ?? "")} size={28} />}
        {may() ? <InlineText once className="design-name" value={pick(label, app)} label={t("design.rename_app")} onChange={(text) => change(draft, ["application", app], { label: relabelled(label, language(), text) ?? "" }, "design.step_rename")} /> : <b className="design-name cut">{pick(label, app)}</b>}
        <State />
        <span className="grow" />
        <Presence />
        <button type="button" className="icon-button" disabled={!state.undo} aria-label={t("design.undo")} title={`${t("design.undo")} ${said(state.undo)}`} onClick={() => draft.document.undo()}><Undo2 size={17} /></button>
        <button type="button" className="icon-button" disabled={!state.redo} aria-label={t("design.redo")} title={`${t("design.redo")} ${said(state.redo)}`} onClick={() => draft.document.redo()}><Redo2 size={17} /></button>
        {status.live && <Link to={`/a/${app}`} className="design-open" aria-label={t("design.open_app")}><Eye size={16} aria-hidden /><span>{t("design.open_app")}</span></Link>}
        <Button type="primary" disabled={!count} onClick={() => setPublishing(true)}>{count ? t("design.publish_count", { count }) : t("design.published")}</Button>
      </header>
      {publishing && <Suspense fallback={null}><PublishDialog close={() => setPublishing(false)} /></Suspense>}
      <ConflictDialog />
    </>
  );
}

function State() {
  const { draft } = useDesign();
  const status = useStatus();
  const count = status.count;
  if (status.saving === "failed" && !status.conflict)
    return (
      <Alert type="error" showIcon banner className="design-failed" title={t("design.not_saved", { why: told(status.error).detail || told(status.error).title })} action={<Button size="small" danger onClick={() => void draft.flush()}>{t("do.retry")}</Button>} />
    );
  return (
    <span className="design-state small" role="status">
      {t(status.saving === "saved" ? "design.saved" : "design.saving")}
      {status.saving === "saved" && count > 0 && ` · ${t("design.unpublished", { count })}`}
    </span>
  );
}

function ConflictDialog() {
  const { draft } = useDesign();
  const { conflict } = useStatus();
  const book = useBook();
  const name = conflict ? pick(labelOf(book[conflict.kind]?.[conflict.id] ?? conflict.document ?? undefined)) : "";
  return (
    <Modal open={!!conflict} closable={false} title={t("design.conflict")} width={460} footer={[
      <Button key="theirs" onClick={() => draft.takeTheirs()}>{t("design.take_theirs")}</Button>,
      <Button key="mine" type="primary" onClick={() => draft.keepMine()}>{t("design.keep_mine")}</Button>,
    ]}>
      <p className="second">{conflict && t("design.conflict_hint", { what: t(`sort.${conflict.kind}`), name })}</p>
    </Modal>
  );
}
