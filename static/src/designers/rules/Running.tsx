/** How a live rule does: firings today and in thirty days, failures, and the last ones with their reasons. */
import { useQuery } from "@tanstack/react-query";
import { Button, Segmented } from "antd";
import { ChevronRight } from "lucide-react";
import { useState } from "react";
import { get, post } from "../../kernel/api";
import { fullInstant, instant, number } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { Bones, Failed, Tag } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { useDesign, useStatus } from "../context";
import { Reasons } from "../../kit/rules/Reasons";
import type { Firing, RuleState } from "../../kit/rules/types";

export function useRunning(id: string): { state: RuleState | undefined; asking: boolean; refetch: () => Promise<RuleState | undefined> } {
  const { app } = useDesign();
  const { live } = useStatus();
  const answer = useQuery({ queryKey: ["rules", app], enabled: live, staleTime: 5_000, refetchInterval: 15_000, retry: 1, queryFn: () => get<{ items: RuleState[] }>(`rules/${app}`).then((found) => found.items) });
  const of = (list: RuleState[] | undefined) => list?.find((item) => item.id === id);
  return { state: of(answer.data), asking: answer.isLoading, refetch: async () => of((await answer.refetch()).data) };
}

export function Running({ id, running }: { id: string; running: ReturnType<typeof useRunning> }) {
  const { app } = useDesign();
  const { state } = running;
  const [failed, setFailed] = useState(false);
  const log = useQuery({ queryKey: ["rule-firings", app, id, failed], enabled: !!state, staleTime: 2_000, refetchInterval: 10_000, retry: 1, queryFn: () => get<{ items: Firing[]; next: number | null }>(`rules/${app}/firings`, { rule: id, failed: failed ? 1 : "" }) });
  if (!state) return null;
  const counted = (count: number) => (count > state.counted ? `${number(state.counted)}+` : number(count));
  return (
    <section className="panel rule-panel" aria-label={t("rule.running")}>
      <header className="line rule-running">
        <h3 className="grow">{t("rule.running")}</h3>
        <span><b className="tabular">{counted(state.today)}</b> <span className="second small">{t("rule.today_count")}</span></span>
        <span><b className="tabular">{counted(state.month)}</b> <span className="second small">{t("rule.month_count")}</span></span>
        <span className={state.failed ? "wrong" : ""}><b className="tabular">{counted(state.failed)}</b> <span className="small">{t("rule.failed_count")}</span></span>
        <Segmented<"all" | "failed"> size="small" value={failed ? "failed" : "all"} onChange={(next) => setFailed(next === "failed")} options={[{ value: "all", label: t("rule.all") }, { value: "failed", label: t("rule.only_failed") }]} />
      </header>
      {log.isError ? <Failed error={log.error} retry={() => void log.refetch()} /> : !log.data ? <Bones rows={3} /> : !log.data.items.length ? <p className="help">{t(failed ? "rule.none_failed" : "rule.never_fired")}</p> : (
        <ul className="rule-log">{log.data.items.map((item) => <Line key={item.id} item={item} done={() => { void log.refetch(); void running.refetch(); }} />)}</ul>
      )}
    </section>
  );
}

function Line({ item, done }: { item: Firing; done: () => void }) {
  const { app } = useDesign();
  const toast = useToast();
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const again = async () => {
    setBusy(true);
    try {
      const answer = await post<{ done: boolean }>(`rules/${app}/firings/${item.id}/retry`);
      toast.say(t(answer.done ? "rule.retried" : "rule.retried_in_vain"));
      done();
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <li>
      <button type="button" className="plain rule-log-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChevronRight size={14} style={{ transform: open ? "rotate(90deg)" : undefined }} aria-hidden />
        <span className="grow cut">{item.record.label}</span>
        <Tag color={item.state === "done" ? "green" : item.state === "failed" ? "red" : "gray"}>{t(`rule.state_${item.state}`)}</Tag>
        <time className="third small tabular" dateTime={item.at} title={fullInstant(item.at)}>{instant(item.at)}</time>
      </button>
      {open && (
        <div className="rule-log-more">
          <div className="small second">{t(`rule.cause_${item.cause}`)}{item.by ? ` · ${item.by.label}` : ""} · {t("rule.release", { number: item.release })}{item.retried ? ` · ${t("rule.tries", { count: item.retried })}` : ""}</div>
          <Reasons conditions={item.conditions} effects={item.effects} />
          {item.error && <p className="wrong">{item.error}</p>}
          {item.state === "failed" && <Button size="small" loading={busy} onClick={() => void again()}>{t("rule.retry")}</Button>}
        </div>
      )}
    </li>
  );
}
