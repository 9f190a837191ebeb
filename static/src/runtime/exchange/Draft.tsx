/** The mapping being made: corrected, tried without writing anything, then started. */
import { Button } from "antd";
import { FlaskConical, Play } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ask, get, post, Problem } from "../../kernel/api";
import { number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Entity, Issue, Job, Metadata } from "../../kernel/types";
import { Bones } from "../../kit/parts";
import type { Counts as Found, Fault, Mapping as Map_, SheetImport } from "../../kit/sheet/types";
import { useToast } from "../../kit/toast";
import { Mapping } from "./Mapping";
import { Counts, Faults } from "./Outcome";
import { running, useJob } from "./useJob";

interface Tried {
  counts: Found;
  faults: Fault[];
}

function begun(entity: Entity, found: SheetImport): Map_ {
  const kept = found.mapping;
  // what stands at its default is left out of what is kept
  const columns = (found.columns ?? []).map((column) => ({ ...{ field: "" }, ...(kept?.columns?.find((item) => item.column === column.name) ?? { column: column.name, field: column.field }) }));
  return { mode: "insert", match: [], lines_match: [], ...kept, entity: entity.name, columns };
}

export function Draft({ app, metadata, entity, found, started }: { app: string; metadata: Metadata; entity: Entity; found: SheetImport; started: () => void }) {
  const toast = useToast();
  const [mapping, setMapping] = useState(() => begun(entity, found));
  const [issues, setIssues] = useState<Issue[]>([]);
  const [tried, setTried] = useState<Tried | null>(found.tried ?? null);
  const [trying, setTrying] = useState<string | null>(found.tried ? null : (found.trying ?? null));
  const [busy, setBusy] = useState<"" | "try" | "start">("");
  const outcome = useRef<HTMLDivElement>(null);
  const changed = useRef(false);
  const body = useMemo(() => ({ mapping: { ...mapping, entity: `${app}.${entity.name}` } }), [mapping, app, entity.name]);
  const keep = async () => {
    const { data } = await ask<SheetImport>("PUT", `imports/${found.id}`, { body });
    setIssues(data.issues ?? []);
    return !(data.issues ?? []).some((issue) => issue.severity === "error");
  };
  useEffect(() => {
    if (!changed.current) return;
    const timer = setTimeout(() => void keep().catch(() => undefined), 500);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [body]);
  const attempt = async (what: "try" | "start", work: () => Promise<void>) => {
    setBusy(what);
    try {
      if (await keep()) await work();
    } catch (error) {
      if (error instanceof Problem && error.issues.length) setIssues(error.issues);
      else toast.failed(error);
    } finally {
      setBusy("");
    }
  };
  const show = () => setTimeout(() => outcome.current?.scrollIntoView({ block: "nearest", behavior: "smooth" }), 60);
  const attemptRun = () => attempt("try", async () => {
    setTried(null);
    const answer = await post<Tried | { job: string }>(`imports/${found.id}/dry-run`);
    if ("job" in answer) setTrying(answer.job);
    else setTried(answer);
    show();
  });
  const ended = useCallback((job: Job) => {
    setTrying(null);
    if (job.state === "failed") setIssues(job.issues ?? []);
    if (job.state !== "done") return;
    get<SheetImport>(`imports/${found.id}`).then((fresh) => setTried(fresh.tried ?? null)).catch(toast.failed);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [found.id]);
  const job = useJob(trying, ended);
  const stop = () => void (trying && post(`jobs/${trying}/cancel`).catch(toast.failed));
  const start = () => attempt("start", async () => {
    await post(`imports/${found.id}/start`);
    started();
  });
  const mapped = mapping.columns.filter((column) => column.field).length;
  const takes = tried ? (tried.counts["insert"] ?? 0) + (tried.counts["update"] ?? 0) + (tried.counts["lines_insert"] ?? 0) + (tried.counts["lines_update"] ?? 0) : 0;
  return (
    <>
      <div className="page-scroll">
        <div className="import-sheet wide">
          <Mapping {...{ metadata, entity, mapping, issues }} columns={found.columns ?? []} onChange={(next) => {
            changed.current = true;
            setMapping(next);
            setTried(null);
            if (running(job)) stop();
            setTrying(null);
          }} />
          <div ref={outcome} aria-live="polite">
            {busy === "try" && <div className="panel outcome"><span className="second">{t("import.trying")}</span><Bones rows={2} /></div>}
            {trying && (
              <section className="panel outcome">
                <h3>{t("import.trying")}</h3>
                <span className="sheet-bar wide" role="progressbar" aria-valuemin={0} aria-valuemax={job?.total ?? 0} aria-valuenow={job?.done ?? 0} aria-label={t("job.progress")}><span style={{ width: `${job?.total ? Math.min(100, (100 * job.done) / job.total) : 0}%` }} /></span>
                <div className="line">
                  <span className="second number">{job?.total ? `${number(job.done)} / ${number(job.total)}` : t("job.queued")}</span>
                  <span className="grow" />
                  <Button size="small" onClick={stop}>{t("import.stop")}</Button>
                </div>
              </section>
            )}
            {tried && (
              <section className="panel outcome">
                <h3>{t("import.tried")}</h3>
                <Counts counts={tried.counts} />
                <Faults faults={tried.faults} total={tried.counts["reject"] ?? tried.faults.length} />
              </section>
            )}
          </div>
        </div>
      </div>
      <footer className="form-foot">
        <span className="second small">{t("import.mapped", { count: mapped, total: mapping.columns.length })}</span>
        <span className="grow" />
        <Button icon={<FlaskConical size={15} />} loading={busy === "try" || !!trying} disabled={!mapped || busy === "start"} type={tried ? "default" : "primary"} onClick={() => void attemptRun()}>{t("import.try")}</Button>
        <Button icon={<Play size={15} />} loading={busy === "start"} disabled={!tried || !takes || busy === "try" || !!trying} type={tried ? "primary" : "default"} onClick={() => void start()}>{tried ? t("import.start", { shown: number(takes), name: pick(entity.label) }) : t("import.start_plain")}</Button>
      </footer>
    </>
  );
}
