/** Long work: what runs, how far it is, what failed and why. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { get, post } from "../../kernel/api";
import { instant, number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Job } from "../../kernel/types";
import { Tag } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { AdminTable } from "./AdminTable";

const colours = { queued: "gray", running: "blue", done: "green", failed: "red", cancelled: "amber" } as const;

export default function Jobs() {
  const toast = useToast();
  const jobs = useQuery({
    queryKey: ["jobs"],
    queryFn: () => get<Job[] | { items: Job[] }>("jobs").then((answer) => (Array.isArray(answer) ? answer : answer.items)),
    refetchInterval: (query) => (query.state.data?.some((job) => job.state === "running" || job.state === "queued") ? 1500 : 15_000),
  });
  const cancel = (job: Job) => post(`jobs/${job.id}/cancel`).then(() => jobs.refetch(), toast.failed);
  return (
    <AdminTable
      title={t("admin.jobs")} none={t("job.none")} noneHint={t("job.none_hint")} rows={jobs.data} error={jobs.data ? null : jobs.error} retry={() => void jobs.refetch()} id={(job) => job.id}
      columns={[
        { key: "label", label: t("job.label"), cell: (job) => <><b className="admin-name">{pick(job.label)}</b>{pick(job.message) && (job.state === "running" || job.state === "queued") && <div className="small second">{pick(job.message)}</div>}{job.issues?.slice(0, 2).map((issue, index) => <div key={index} className="wrong">{issue.message}</div>)}</> },
        { key: "state", label: t("job.state"), width: 110, cell: (job) => <Tag color={colours[job.state]}>{t(`job.${job.state}`)}</Tag> },
        { key: "progress", label: t("job.progress"), width: 240, cell: (job) => <Progress job={job} /> },
        { key: "at", label: t("job.started"), width: 130, cell: (job) => <span className="third number">{instant(job.created_at)}</span> },
        { key: "do", label: "", width: 90, end: true, cell: (job) => ((job.state === "running" || job.state === "queued") && <Button size="small" onClick={() => void cancel(job)}>{t("do.cancel")}</Button>) || null },
      ]}
    />
  );
}

function Progress({ job }: { job: Job }) {
  if (!job.total) return <span className="third number">{job.done ? number(job.done) : ""}</span>;
  return (
    <span className="share">
      <span className="share-bar" style={{ width: 110 }} role="progressbar" aria-valuemin={0} aria-valuemax={job.total} aria-valuenow={job.done} aria-label={t("job.progress")}><span style={{ width: `${(100 * job.done) / job.total}%` }} /></span>
      <span className="number small second">{number(job.done)} / {number(job.total)}</span>
    </span>
  );
}
