/** All flows of an application and what runs of them: the ones that hang, are late or failed, with what an administrator can do. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input, Modal, Segmented, Select } from "antd";
import { Plus } from "lucide-react";
import { useState } from "react";
import { get, post } from "../../kernel/api";
import { fullInstant, instant, number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Label, Value } from "../../kernel/types";
import { Bones, Empty, Failed, Tag } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { useBook, useDesign, useStatus } from "../context";
import { NewDialog } from "../shell/NewDialog";
import { labelOf, list } from "../shape";
import { idOf, PersonPick } from "./People";
import { FlowSwitch, useFlows } from "./running";

type State = "running" | "stuck" | "overdue" | "ended";

interface Instance {
  instance: number;
  flow: { id: string; label: Label };
  state: string;
  outcome: string;
  error: string | null;
  starter: { id: number; name: string } | null;
  started_at: string;
  ended_at: string | null;
  entity: string;
  record: number;
  title: string;
  at: { step: string; people: string[]; since: string; overdue: boolean; tasks: { id: number; name: string }[] }[];
}

export default function Overview() {
  const { app, go } = useDesign();
  const book = useBook();
  const status = useStatus();
  const running = useFlows(status.live);
  const [making, setMaking] = useState(false);
  const [state, setState] = useState<State>("running");
  const [flow, setFlow] = useState("");
  const flows = list(book, "flow");
  const sum = (key: State) => (running.items ?? []).reduce((all, item) => all + item[key], 0);
  return (
    <div className="designer-page flow-overview">
      <header className="data-head"><h2 className="grow">{t("flow.overview")}</h2><Button type="primary" icon={<Plus size={15} />} onClick={() => setMaking(true)}>{t("design.new", { what: t("sort.flow") })}</Button></header>
      {!flows.length && <Empty picture="board" title={t("design.none", { what: t("sort.flow") })} hint={t("flow.overview_none")}><Button type="primary" onClick={() => setMaking(true)}>{t("design.new", { what: t("sort.flow") })}</Button></Empty>}
      <div className="flow-cards">
        {flows.map(([id, doc]) => {
          const of = running.of(id);
          return (
            <section key={id} className="panel flow-summary" aria-label={pick(labelOf(doc))}>
              <div className="line"><button type="button" className="plain grow cut flow-summary-name" onClick={() => go("flow", id)}><b>{pick(labelOf(doc))}</b></button><FlowSwitch id={id} running={running} /></div>
              {of ? <div className="flow-counts">{(["running", "stuck", "overdue", "ended"] as const).map((key) => <button key={key} type="button" className={`plain ${of[key] && key !== "running" && key !== "ended" ? "wrong" : ""}`} onClick={() => { setState(key); setFlow(id); }}><b className="tabular">{number(of[key])}</b><span className="small second">{t(`flow.state_${key}`)}</span></button>)}</div> : <span className="small third">{t("rule.not_live")}</span>}
            </section>
          );
        })}
      </div>
      {status.live && (running.items?.length ?? 0) > 0 && (
        <section className="panel flow-runs" aria-label={t("flow.runs")}>
          <header className="line flow-runs-head">
            <h3 className="grow">{t("flow.runs")}</h3>
            <Select size="small" value={flow} aria-label={t("sort.flow")} style={{ width: 180 }} options={[{ value: "", label: t("flow.every") }, ...(running.items ?? []).map((item) => ({ value: item.id, label: pick(item.label as Label) }))]} onChange={setFlow} />
            <Segmented<State> size="small" value={state} onChange={setState} options={(["running", "stuck", "overdue", "ended"] as const).map((key) => ({ value: key, label: `${t(`flow.state_${key}`)} ${key === "ended" ? "" : number(sum(key))}`.trim() }))} />
          </header>
          <Runs key={`${state}${flow}`} state={state} flow={flow} app={app} changed={() => void running.refetch()} />
        </section>
      )}
      {making && <NewDialog sort="flow" close={() => setMaking(false)} />}
    </div>
  );
}

function Runs({ state, flow, app, changed }: { state: State; flow: string; app: string; changed: () => void }) {
  const found = useInfiniteQuery({
    queryKey: ["flow-runs", app, state, flow], initialPageParam: 0, refetchInterval: 20_000,
    queryFn: ({ pageParam, signal }) => get<{ items: Instance[]; next: number | null }>(`flows/${app}/instances`, { state, flow, after: pageParam || "" }, signal), getNextPageParam: (page) => page.next,
  });
  const items = found.data?.pages.flatMap((page) => page.items);
  if (found.isError) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!items) return <Bones rows={4} />;
  if (!items.length) return <p className="help">{t(`flow.none_${state}`)}</p>;
  return (
    <>
      <ul className="flow-run-list">{items.map((item) => <Run key={item.instance} item={item} app={app} done={() => { void found.refetch(); changed(); }} />)}</ul>
      {found.hasNextPage && <Button size="small" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t("messages.more", { defaultValue: t("flow.more_runs") })}</Button>}
    </>
  );
}

function Run({ item, app, done }: { item: Instance; app: string; done: () => void }) {
  const toast = useToast();
  const [asking, setAsking] = useState<"" | "end" | "assign">("");
  const [busy, setBusy] = useState(false);
  const act = async (deed: string, body: object = {}) => {
    setBusy(true);
    try {
      await post(`flows/${app}/instances/${item.instance}/${deed}`, body);
      toast.done(t(`flow.did_${deed}`));
      setAsking("");
      done();
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  const name = pick(item.flow.label);
  const tasks = item.at.flatMap((one) => one.tasks.map((task) => ({ ...task, step: one.step })));
  return (
    <li className="flow-run">
      <div className="grow">
        <div className="line"><a className="cut" href={`/a/${app}/r/${item.entity.split(".").at(-1)}/${item.record}`}>{item.title}</a>{name && <span className="small third cut">{name}</span>}{item.at.some((one) => one.overdue) && <Tag color="orange">{t("flow.state_overdue")}</Tag>}<Tag color={item.state === "stuck" ? "red" : item.state === "ended" ? (item.outcome === "rejected" ? "orange" : "green") : "blue"}>{item.state === "ended" ? t(`flow.outcome_${item.outcome || "ended"}`) : t(`flow.state_${item.state}`)}</Tag></div>
        <div className="small second">{[item.starter?.name, ...item.at.map((one) => `${one.step}${one.people.length ? ` · ${one.people.join(t("say.list"))}` : ""}`)].filter(Boolean).join(" → ")}</div>
        {item.error && <div className="wrong">{item.error}</div>}
      </div>
      <time className="small third tabular" dateTime={item.started_at} title={fullInstant(item.started_at)}>{instant(item.ended_at ?? item.started_at)}</time>
      {item.state !== "ended" && (
        <span className="line">
          {item.state === "stuck" && <Button size="small" loading={busy} onClick={() => void act("retry")}>{t("flow.retry")}</Button>}
          {tasks.length > 0 && <Button size="small" onClick={() => setAsking("assign")}>{t("flow.assign")}</Button>}
          <Button size="small" type="text" danger onClick={() => setAsking("end")}>{t("flow.end_it")}</Button>
        </span>
      )}
      {asking === "end" && <EndDialog title={item.title} busy={busy} close={() => setAsking("")} end={(outcome, comment) => void act("end", { outcome, comment })} />}
      {asking === "assign" && <AssignDialog tasks={tasks} busy={busy} close={() => setAsking("")} assign={(task, to) => void act("assign", { task, to })} />}
    </li>
  );
}

function EndDialog({ title, busy, close, end }: { title: string; busy: boolean; close: () => void; end: (outcome: string, comment: string) => void }) {
  const [outcome, setOutcome] = useState("rejected");
  const [comment, setComment] = useState("");
  return (
    <Modal open title={t("flow.end_ask", { name: title })} okText={t("flow.end_it")} okButtonProps={{ danger: true, loading: busy, disabled: !comment.trim() }} cancelText={t("do.cancel")} onCancel={close} onOk={() => end(outcome, comment.trim())} width={440}>
      <div className="new-form">
        <label><span className="field-label">{t("flow.set_outcome")}</span><Select value={outcome} aria-label={t("flow.set_outcome")} options={["rejected", "approved", "ended"].map((word) => ({ value: word, label: t(`flow.outcome_${word}`) }))} onChange={setOutcome} /></label>
        <label><span className="field-label">{t("flow.end_why")}</span><Input.TextArea autoFocus rows={3} value={comment} onChange={(event) => setComment(event.target.value)} /></label>
      </div>
    </Modal>
  );
}

function AssignDialog({ tasks, busy, close, assign }: { tasks: { id: number; name: string; step: string }[]; busy: boolean; close: () => void; assign: (task: number, to: number) => void }) {
  const [task, setTask] = useState(tasks[0]!.id);
  const [to, setTo] = useState<Value>(null);
  return (
    <Modal open title={t("flow.assign")} okText={t("flow.assign")} okButtonProps={{ loading: busy, disabled: idOf(to) === null }} cancelText={t("do.cancel")} onCancel={close} onOk={() => assign(task, idOf(to)!)} width={440}>
      <div className="new-form">
        <label><span className="field-label">{t("flow.which_task")}</span><Select value={task} aria-label={t("flow.which_task")} options={tasks.map((item) => ({ value: item.id, label: `${item.step} · ${item.name}` }))} onChange={setTask} /></label>
        <div><span className="field-label">{t("flow.assign_to")}</span><PersonPick title={t("flow.assign_to")} value={to} onChange={setTo} /></div>
      </div>
    </Modal>
  );
}
