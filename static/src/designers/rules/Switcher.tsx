/** On or off, by whom since when; a rule that was changed is published first, in the same step. */
import { Button, Switch } from "antd";
import { lazy, Suspense, useState } from "react";
import { post } from "../../kernel/api";
import { fullInstant, instant } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { Bone } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { useDesign, useStatus } from "../context";
import { keyOf } from "../draft";
import type { useRunning } from "./Running";

const PublishDialog = lazy(() => import("../publish/PublishDialog"));

export function Switcher({ id, running }: { id: string; running: ReturnType<typeof useRunning> }) {
  const { app, draft } = useDesign();
  const status = useStatus();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [publishing, setPublishing] = useState(false);
  const { state, asking, refetch } = running;
  const changed = status.changed.has(keyOf("rule", id));
  const put = async (active: boolean) => {
    setBusy(true);
    try {
      await post(`rules/${app}/${encodeURIComponent(id)}/switch`, { active });
      await refetch();
      toast.say(t(active ? "rule.is_on" : "rule.is_off"));
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  const published = async () => {
    setPublishing(false);
    if (!draft.snapshot().changed.has(keyOf("rule", id)) && state?.active) return;
    setBusy(true);
    try {
      await draft.refresh();
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
    // only what went live can be switched on
    if (draft.snapshot().changed.has(keyOf("rule", id))) return;
    const known = await refetch();
    if (known && !known.active) await put(true);
  };
  // not yet known is not the same as not yet published
  if (asking) return <div className="rule-switch"><Bone width={120} height={28} /></div>;
  return (
    <div className="rule-switch">
      {(changed || !state) && <Button type="primary" onClick={() => setPublishing(true)}>{t(state?.active ? "rule.publish" : "rule.publish_on")}</Button>}
      {state && (
        <div className="inspector-switch" title={state.switched ? t(state.switched.active ? "rule.on_by" : "rule.off_by", { by: state.switched.by || t("rule.somebody"), at: fullInstant(state.switched.at) }) : ""}>
          <Switch checked={state.active} loading={busy} aria-label={t("rule.active")} onChange={(active) => void put(active)} />
          <span className="rule-switch-words"><b>{t(state.active ? "rule.on" : "rule.off")}</b><span className="small third">{state.switched ? `${state.switched.by || t("rule.somebody")} · ${instant(state.switched.at)}` : t("rule.since_publish")}</span></span>
        </div>
      )}
      {!state && <span className="small third">{t("rule.not_live")}</span>}
      {publishing && <Suspense fallback={null}><PublishDialog close={() => void published()} /></Suspense>}
    </div>
  );
}
