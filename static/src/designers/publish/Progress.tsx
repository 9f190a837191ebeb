/** How far a publish is: its phase and rows while it runs, and the jobs that go on behind it. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { Button, Progress } from "antd";
import { CircleCheck, CircleX } from "lucide-react";
import { get, post } from "../../kernel/api";
import { number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Job, Label } from "../../kernel/types";
import { useToast } from "../../kit/toast";
import { useDesign } from "../context";

interface Running {
  id: string;
  done: number;
  total: number | null;
  message: Label | null;
}

const share = (done: number, total: number | null | undefined) => (total ? Math.min(100, Math.round((done / total) * 100)) : 0);

/** While the answer is awaited. Until the release is kept it can be stopped, and then nothing has changed. */
export function Publishing() {
  const { app } = useDesign();
  const toast = useToast();
  const told = useQuery({ queryKey: ["publishing", app], staleTime: 0, gcTime: 0, retry: 0, refetchInterval: 500, queryFn: () => get<{ job: Running | null }>(`designer/${app}/publishing`) });
  const job = told.data?.job;
  return (
    <div className="publish-progress" role="status">
      <div className="line"><b>{t("publish.running")}</b><span className="second grow cut">{job?.message ? pick(job.message) : ""}</span>{!!job?.total && job.total > 1 && <span className="small third tabular">{t("publish.rows_of", { done: number(job.done), total: number(job.total) })}</span>}</div>
      <Progress percent={share(job?.done ?? 0, job?.total)} showInfo={false} status="active" strokeLinecap="round" />
      {job && <Button size="small" danger onClick={() => void post(`jobs/${job.id}/cancel`).catch(toast.failed)}>{t("publish.stop")}</Button>}
    </div>
  );
}

/** What a release still has to do: computed values made anew, each with its own progress. */
export function Afterwards({ jobs }: { jobs: readonly string[] }) {
  const found = useQueries({ queries: jobs.map((id) => ({ queryKey: ["job", id], staleTime: 0, retry: 0, queryFn: () => get<Job>(`jobs/${id}`), refetchInterval: ({ state }: { state: { data?: Job | undefined } }) => (!state.data || state.data.state === "running" || state.data.state === "queued" ? 700 : false) })) });
  if (!jobs.length) return null;
  return (
    <div className="publish-after" aria-live="polite">
      <b>{t("publish.after")}</b>
      <p className="help">{t("publish.after_hint")}</p>
      {found.map(({ data }, at) => data && (
        <div key={jobs[at]} className="line">
          <span className="cut publish-after-name">{pick(data.label as Label)}</span>
          {data.state === "done" ? <span className="line small good"><CircleCheck size={14} aria-hidden />{t("publish.job_done")}</span>
            : data.state === "failed" || data.state === "cancelled" ? <span className="line small wrong"><CircleX size={14} aria-hidden />{t("publish.job_failed")}</span>
            : <Progress className="grow" percent={share(Number(data.done ?? 0), Number(data.total ?? 0))} size="small" />}
        </div>
      ))}
    </div>
  );
}
