/** An import that runs or has run: how far it is, what it came to, its rejected rows, and the way back. */
import { Button, Checkbox } from "antd";
import { CheckCircle2, Download, Play, RotateCcw, XCircle } from "lucide-react";
import { useCallback, useState } from "react";
import { useNavigate } from "react-router";
import { post } from "../../kernel/api";
import { number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Entity, Job } from "../../kernel/types";
import type { SheetImport } from "../../kit/sheet/types";
import { useToast } from "../../kit/toast";
import { touch } from "../view/rows";
import { Counts, Faults } from "./Outcome";
import { running, useJob } from "./useJob";

export function Run({ app, entity, found, list, again }: { app: string; entity: Entity; found: SheetImport; list: string; again: () => Promise<unknown> }) {
  const go = useNavigate();
  const toast = useToast();
  const [undoing, setUndoing] = useState<string | null>(null);
  const [failed, setFailed] = useState<Job | null>(null);
  const ended = useCallback((job: Job) => {
    if (job.state === "failed") setFailed(job);
    setUndoing(null);
    touch(app, entity.name);
    void again();
  }, [again, app, entity.name]);
  const job = useJob(undoing ?? (found.state === "running" ? (found.job ?? null) : null), ended);
  const going = running(job) || (found.state === "running" && !job);
  const undo = () => {
    let keep = false;
    toast.modal.confirm({
      title: t("import.undo_ask"), icon: null, okText: t("import.undo"), okButtonProps: { danger: true }, cancelText: t("do.cancel"),
      content: <div style={{ display: "grid", gap: 12 }}><span>{t("import.undo_hint")}</span><Checkbox onChange={(event) => (keep = event.target.checked)}>{t("import.undo_keep")}</Checkbox></div>,
      onOk: async () => {
        setFailed(null);
        try {
          setUndoing((await post<{ job: string }>(`imports/${found.id}/undo`, { keep_changed: keep })).job);
        } catch (error) {
          toast.failed(error);
        }
      },
    });
  };
  const resume = () => void post(`imports/${found.id}/start`).then(again, toast.failed);
  const cancel = () => void (job && post(`jobs/${job.id}/cancel`).catch(toast.failed));
  const share = job?.total ? Math.min(1, job.done / job.total) : 0;
  const Picture = found.state === "done" || found.state === "undone" ? CheckCircle2 : XCircle;
  return (
    <div className="page-scroll">
      <div className="import-sheet">
        {going ? (
          <section className="panel outcome" aria-live="polite">
            <h3>{t(undoing ? "import.undoing" : "import.running")}</h3>
            <span className="sheet-bar wide" role="progressbar" aria-valuemin={0} aria-valuemax={job?.total ?? 0} aria-valuenow={job?.done ?? 0} aria-label={t("job.progress")}><span style={{ width: `${share * 100}%` }} /></span>
            <div className="line">
              <span className="second number">{job?.total ? `${number(job.done)} / ${number(job.total)}` : t("job.queued")}</span>
              <span className="second">{pick(job?.message)}</span>
              <span className="grow" />
              {!undoing && <Button size="small" onClick={cancel}>{t("import.stop")}</Button>}
            </div>
            <p className="help">{t("import.leave")}</p>
          </section>
        ) : (
          <section className={`panel outcome ended ${found.state}`}>
            <div className="outcome-head"><Picture size={28} strokeWidth={1.6} aria-hidden /><h3>{t(`import.ended_${found.state}`)}</h3></div>
            <Counts counts={found.counts} />
            {failed?.issues?.map((issue, index) => <p key={index} className="wrong" role="alert">{words(issue)}</p>)}
            <div className="line outcome-do">
              <Button type="primary" onClick={() => void go(list)}>{t("import.see", { name: pick(entity.plural || entity.label) })}</Button>
              {!!found.counts["reject"] && <Button icon={<Download size={15} />} href={`/api/imports/${found.id}/rejected`}>{t("import.rejected", { count: found.counts["reject"] })}</Button>}
              {found.state === "cancelled" && <Button icon={<Play size={15} />} onClick={resume}>{t("import.resume")}</Button>}
              {found.state !== "undone" && <Button icon={<RotateCcw size={15} />} onClick={undo}>{t("import.undo")}</Button>}
            </div>
          </section>
        )}
        {!going && !!found.faults?.length && <section className="panel outcome"><Faults faults={found.faults} total={found.counts["reject"] ?? found.faults.length} /></section>}
      </div>
    </div>
  );
}
