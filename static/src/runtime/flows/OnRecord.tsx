/** Flows on a record: the one that runs with its picture, whether the record is locked, my task, and the ways to start one. */
import { Button, Modal, Select } from "antd";
import { ChevronDown, ChevronRight, CirclePlay, Lock, Workflow } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { post, Problem } from "../../kernel/api";
import { extend, pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Value } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import { useToast } from "../../kit/toast";
import { refreshTasks } from "../inbox/counts";
import { Outcome } from "../inbox/Rows";
import { link } from "../links";
import { Picture } from "./Picture";
import { RunDeeds } from "./RunDeeds";
import { Story } from "./Story";
import type { Instance, OnRecord as Found, Startable, StepState } from "./types";
import "./flows.css";

await extend("tasks");

interface Props {
  app: string;
  entity: string;
  id: number;
  found: Found;
  disabled: boolean;
  done: () => void;
}

export default function OnRecord({ app, entity, id, found, disabled, done }: Props) {
  const [starting, setStarting] = useState<Startable | null>(null);
  const toast = useToast();
  const [busy, setBusy] = useState("");
  const running = found.instances.filter((item) => item.state !== "ended");
  const ended = found.instances.filter((item) => item.state === "ended");
  const start = async (flow: Startable, choices: { [step: string]: number[] } = {}) => {
    setBusy(flow.flow);
    try {
      await post(`records/${app}/${entity}/${id}/flows/${encodeURIComponent(flow.flow)}`, { key: crypto.randomUUID().replaceAll("-", ""), application: flow.application, choices });
      toast.done(t("tasks.start_done", { name: pick(flow.label) }));
      setStarting(null);
      refreshTasks();
      done();
    } catch (error) {
      if (error instanceof Problem && error.issues.length > 1) toast.modal.warning({ title: error.title, content: <ul>{error.issues.map((issue) => <li key={`${issue.code}${issue.path.join()}`}>{words(issue)}</li>)}</ul>, okText: t("do.close") });
      else toast.failed(error);
    } finally {
      setBusy("");
    }
  };
  return (
    <>
      {found.startable.length > 0 && (
        <div className="record-buttons">
          {found.startable.map((flow) => <Button key={`${flow.application}.${flow.flow}`} icon={<CirclePlay size={15} />} loading={busy === flow.flow} disabled={disabled || !!busy} onClick={() => (flow.choices.length ? setStarting(flow) : void start(flow))}>{t("tasks.start", { name: pick(flow.label) })}</Button>)}
        </div>
      )}
      {running.map((run) => <Run key={run.id} run={run} task={found.task} done={done} />)}
      {ended.slice(0, 1).map((run) => <Run key={run.id} run={run} task={null} done={done} earlier={ended.length - 1} />)}
      {starting && <StartDialog flow={starting} busy={!!busy} close={() => setStarting(null)} start={(choices) => void start(starting, choices)} />}
    </>
  );
}

/** Where it stands: the labels of the innermost steps that are open, with their people. */
function standing(steps: readonly StepState[]): string[] {
  return steps.filter((step) => step.state === "now").flatMap((step) => {
    const inner = (step.branches ?? []).filter((branch) => branch.taken).flatMap((branch) => standing(branch.steps));
    return inner.length ? inner : [[pick(step.label), step.people.filter((one) => one.state === "open" || one.state === "seen").map((one) => one.name).join(t("say.list"))].filter(Boolean).join(" · ")];
  });
}

function Run({ run, task, earlier = 0, done }: { run: Instance; task: number | null; earlier?: number; done: () => void }) {
  const go = useNavigate();
  const [open, setOpen] = useState(false);
  const over = run.state === "ended";
  const locks = run.locks;
  const at = standing(run.steps).join(t("say.list"));
  return (
    <section className={`run-on ${run.state}`} aria-label={pick(run.flow.label)}>
      <header>
        <Workflow size={16} aria-hidden />
        <b>{pick(run.flow.label)}</b>
        <Outcome of={over ? run.outcome || "ended" : run.state} />
        {!over && at && <span className="small second">{t("tasks.at", { at })}</span>}
        {locks && !over && <span className="run-lock small"><Lock size={13} aria-hidden />{t("tasks.locked")}</span>}
        {earlier > 0 && <span className="small third">{t("tasks.earlier", { count: earlier })}</span>}
        <span className="grow" />
        {task !== null && <Button size="small" type="primary" onClick={() => void go(link.inbox("todo", task))}>{t("tasks.go_to_task")}</Button>}
        <RunDeeds run={run} done={done} />
        <button type="button" className="plain link small line" aria-expanded={open} onClick={() => setOpen(!open)}>{open ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}{t(open ? "tasks.hide_run" : "tasks.show_run")}</button>
      </header>
      {run.error && <p className="wrong" style={{ padding: "0 12px 8px" }}>{run.error}</p>}
      {open && <div className="run-on-body"><Picture run={run} /><Story history={run.history} /></div>}
    </section>
  );
}

function StartDialog({ flow, busy, close, start }: { flow: Startable; busy: boolean; close: () => void; start: (choices: { [step: string]: number[] }) => void }) {
  const [picked, setPicked] = useState<{ [step: string]: Value }>({});
  const Input = fieldKind("user").Input!;
  const ids = (value: Value | undefined): number[] => (Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]).map((item) => (typeof item === "object" && item !== null ? Number((item as { id: number }).id) : Number(item)));
  const ready = flow.choices.every((choice) => !choice.needed || choice.path.includes("/") || ids(picked[choice.step]).length > 0);
  return (
    <Modal open title={t("tasks.start", { name: pick(flow.label) })} okText={t("tasks.start", { name: "" }).trim()} cancelText={t("do.cancel")} okButtonProps={{ disabled: !ready, loading: busy }} onCancel={close} onOk={() => start(Object.fromEntries(flow.choices.map((choice) => [choice.step, ids(picked[choice.step])]).filter(([, people]) => (people as number[]).length)))} width={440}>
      <div className="run-choice">
        {flow.choices.map((choice) => (
          <div key={choice.step}>
            <label htmlFor={`choice-${choice.step}`} className="field-label">{t("tasks.choose_for", { step: pick(choice.label) })}</label>
            {choice.people
              ? <Select id={`choice-${choice.step}`} mode="multiple" style={{ width: "100%" }} aria-label={t("tasks.choose_for", { step: pick(choice.label) })} placeholder={t("input.person")} showSearch={{ optionFilterProp: "label" }} value={ids(picked[choice.step])} options={choice.people.map((one) => ({ value: one.id, label: one.name }))} onChange={(next: number[]) => setPicked({ ...picked, [choice.step]: next })} />
              : <Input id={`choice-${choice.step}`} field={{ name: choice.step, label: pick(choice.label), type: "user", access: "write", multiple: true }} value={picked[choice.step] ?? null} onChange={(value) => setPicked({ ...picked, [choice.step]: value })} />}
          </div>
        ))}
      </div>
    </Modal>
  );
}
