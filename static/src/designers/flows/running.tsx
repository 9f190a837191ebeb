/** How flows do at this moment: which are on, how many run, hang or are late, and what waits at each step. */
import { useQuery } from "@tanstack/react-query";
import { Button, Switch } from "antd";
import { lazy, Suspense, useMemo, useState } from "react";
import { get, post } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import { Bone } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { useDesign, useStatus } from "../context";
import { keyOf } from "../draft";

const PublishDialog = lazy(() => import("../publish/PublishDialog"));

export interface FlowState {
  id: string;
  label: string;
  active: boolean;
  running: number;
  stuck: number;
  overdue: number;
  ended: number;
}

export interface Running {
  items: FlowState[] | undefined;
  error: unknown;
  asking: boolean;
  of: (id: string) => FlowState | undefined;
  refetch: () => Promise<FlowState[] | undefined>;
}

export function useFlows(on: boolean): Running {
  const { app } = useDesign();
  const answer = useQuery({ queryKey: ["flows", app], enabled: on, staleTime: 5_000, refetchInterval: 20_000, retry: 1, queryFn: () => get<{ items: FlowState[] }>(`flows/${app}`).then((found) => found.items) });
  return { items: answer.data, error: answer.error, asking: answer.isLoading, of: (id) => answer.data?.find((item) => item.id === id), refetch: async () => (await answer.refetch()).data };
}

export type LiveMap = ReadonlyMap<string, { waiting: number; oldest: string }>;

export function useLive(id: string, on: boolean): LiveMap | null {
  const { app } = useDesign();
  const answer = useQuery({ queryKey: ["flow-live", app, id], enabled: on, refetchInterval: 10_000, retry: 1, queryFn: () => get<{ steps: { [way: string]: { waiting: number; oldest: string } } }>(`flows/${app}/${encodeURIComponent(id)}/live`) });
  return useMemo(() => (answer.data ? new Map(Object.entries(answer.data.steps)) : null), [answer.data]);
}

/** On or off; a flow that was changed is published first, in the same step. */
export function FlowSwitch({ id, running }: { id: string; running: Running }) {
  const { app, draft } = useDesign();
  const status = useStatus();
  const toast = useToast();
  const [busy, setBusy] = useState(false);
  const [publishing, setPublishing] = useState(false);
  const state = running.of(id);
  const changed = status.changed.has(keyOf("flow", id));
  const put = async (active: boolean) => {
    setBusy(true);
    try {
      await post(`flows/${app}/${encodeURIComponent(id)}/switch`, { active });
      await running.refetch();
      toast.say(t(active ? "flow.is_on" : "flow.is_off"));
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  const published = () => {
    setPublishing(false);
    void draft.refresh().then(running.refetch, toast.failed);
  };
  if (running.asking) return <Bone width={120} height={28} />;
  return (
    <span className="flow-switch">
      {(changed || !state) && <Button type="primary" onClick={() => setPublishing(true)}>{t(state ? "rule.publish" : "flow.publish")}</Button>}
      {state && <label className="inspector-switch"><Switch checked={state.active} loading={busy} aria-label={t("flow.active")} onChange={(active) => void put(active)} /><span className="small">{t(state.active ? "rule.on" : "rule.off")}</span></label>}
      {publishing && <Suspense fallback={null}><PublishDialog close={published} /></Suspense>}
    </span>
  );
}
