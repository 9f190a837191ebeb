/** A flow's picture: its steps one under the other, what is done, where it stands, who is asked; ways not taken stay folded. */
import { Check, Circle, Clock, Minus, X } from "lucide-react";
import { createContext, useContext, useState } from "react";
import { fullInstant, instant } from "../../kernel/format";
import { extend, pick, t } from "../../kernel/i18n";
import { stepKind } from "../../kit/flows/kinds";
import { Face } from "../../kit/parts";
import "../../kinds/steps/index";
import type { Instance, StepState } from "./types";
import "./flows.css";

await extend("tasks");

/** By the path of a choice: the label of the way that was taken last, also where nothing stands in it. */
const Ways = createContext<ReadonlyMap<string, string>>(new Map());

export function Picture({ run }: { run: Instance }) {
  const ways = new Map(run.history.flatMap((item): [string, string][] => (item.what === "branched" && item.why?.branch ? [[item.path, item.why.branch]] : [])));
  return (
    <Ways.Provider value={ways}>
    <ol className="run-picture" aria-label={t("tasks.picture")}>
      <li className="run-step done"><span className="run-mark"><Check size={12} aria-hidden /></span><div className="grow"><b>{t("tasks.started")}</b><div className="small second">{run.starter?.name} · <time dateTime={run.started_at} title={fullInstant(run.started_at)}>{instant(run.started_at)}</time></div></div></li>
      {run.steps.map((step) => <Step key={step.path} step={step} />)}
      <li className={`run-step ${run.state === "ended" ? (run.outcome === "rejected" ? "refused" : "done") : "ahead"}`}><span className="run-mark">{run.state === "ended" ? run.outcome === "rejected" ? <X size={12} aria-hidden /> : <Check size={12} aria-hidden /> : <Circle size={8} aria-hidden />}</span><div className="grow"><b>{run.state === "ended" ? t(`tasks.outcome_${run.outcome || "ended"}`) : t("tasks.end")}</b>{run.ended_at && <div className="small second"><time dateTime={run.ended_at} title={fullInstant(run.ended_at)}>{instant(run.ended_at)}</time></div>}</div></li>
    </ol>
    </Ways.Provider>
  );
}

const refused = (step: StepState) => step.people.some((one) => one.state === "rejected");

function Step({ step }: { step: StepState }) {
  const kind = stepKind(step.type);
  const way = useContext(Ways).get(step.path);
  const branches = (step.branches ?? []).map((branch) => ({ ...branch, taken: branch.taken || (way !== undefined && way === pick(branch.label)) }));
  const taken = branches.filter((branch) => branch.taken);
  const other = branches.filter((branch) => !branch.taken);
  const [open, setOpen] = useState(false);
  const no = refused(step);
  return (
    <li className={`run-step ${no ? "refused" : step.state}`} aria-current={step.state === "now" ? "step" : undefined}>
      <span className="run-mark">{no ? <X size={12} aria-hidden /> : step.state === "done" ? <Check size={12} aria-hidden /> : step.state === "now" ? <Clock size={12} aria-hidden /> : step.state === "skipped" ? <Minus size={12} aria-hidden /> : kind ? <kind.Icon size={11} aria-hidden /> : <Circle size={8} aria-hidden />}</span>
      <div className="grow">
        <div className="line"><b className="cut">{pick(step.label)}</b><span className="hidden">{t(`tasks.step_${step.state}`)}</span>{step.since && <time className="small third" dateTime={step.since} title={fullInstant(step.since)}>{instant(step.since)}</time>}</div>
        {step.people.length > 0 ? <div className="run-people">{step.people.map((one, at) => <span key={`${one.name}${at}`} className={`run-person ${one.state}`}><Face name={one.name} size={20} />{one.name}{t(`tasks.person_${one.state}`, { defaultValue: "" }) && <span className="small third">{t(`tasks.person_${one.state}`, { defaultValue: "" })}</span>}{one.by && <span className="small third">{t("tasks.done_by", { name: one.by })}</span>}</span>)}</div> : null}
        {taken.map((branch) => <Branch key={branch.id} branch={branch} />)}
        {other.length > 0 && (step.state === "ahead" || open ? other.map((branch) => <Branch key={branch.id} branch={branch} />) : <button type="button" className="plain link small" onClick={() => setOpen(true)}>{t("tasks.other_ways", { count: other.length })}</button>)}
      </div>
    </li>
  );
}

function Branch({ branch }: { branch: NonNullable<StepState["branches"]>[number] }) {
  return (
    <div className={`run-branch ${branch.taken ? "taken" : ""}`}>
      {pick(branch.label) && <div className="small"><b>{pick(branch.label)}</b></div>}
      {branch.steps.length > 0 && <ol className="run-picture">{branch.steps.map((step) => <Step key={step.path} step={step} />)}</ol>}
    </div>
  );
}
