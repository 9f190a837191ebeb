/** The settings of what is chosen in a flow: a step, a branch, how it starts, or the flow itself. */
import { Input, Select, TimePicker } from "antd";
import dayjs from "dayjs";
import { language, pick, t } from "../../kernel/i18n";
import type { Entity, Json, Label, Metadata } from "../../kernel/types";
import { stepKind, text, type Settings as Set, type Told } from "../../kit/flows/kinds";
import { stepLabel } from "../../kit/flows/words";
import { change, useBook, useDesign } from "../context";
import type { Doc } from "../draft";
import { ConditionField } from "../inspector/Condition";
import { Inspector } from "../inspector/Inspector";
import { WhereUsed } from "../inspector/WhereUsed";
import { LabelInput } from "../inspector/widgets";
import { ActionSettings, Written } from "../rules/Settings";
import type { Call } from "../rules/words";
import { ConditionPane } from "../segments/ConditionPane";
import { labelOf, list, relabelled, short, withBorrowed } from "../shape";
import { Actions } from "./Actions";
import { Matrix } from "./Matrix";
import { People } from "./People";
import { Count, Deadline, Flag, Row, Span, Words, type Put } from "./Row";
import { branchOf, isOtherwise, type Place } from "./tree";
import { settingsOf } from "./words";

interface Known {
  id: string;
  metadata: Metadata;
  entity: Entity;
  known: Told;
}

function usePut(path: (string | number)[]): Put {
  const { draft } = useDesign();
  return (values, merge) => change(draft, path, values, "design.step_change", merge && `${path.join(" ")} ${merge}`);
}

export function StepSettings({ id, place, metadata, entity, known }: Known & { place: Place }) {
  const path = ["flow", id, ...place.path];
  const put = usePut(path);
  const step = settingsOf(place.step);
  const kind = stepKind(place.step.type);
  const Picture = kind?.Icon;
  const people = { entity, known };
  return (
    <>
      <div className="settings-head line">{Picture && <span className="flow-icon" style={{ background: `var(--${kind.tone})`, color: `var(--${kind.tone}-text)` }}><Picture size={15} aria-hidden /></span>}<h3 className="grow cut">{stepLabel(place.step.type)}</h3></div>
      <div className="inspector">
        <Row title={t("flow.step_name")}><LabelInput title={t("flow.step_name")} placeholder={stepLabel(place.step.type)} value={place.step.label} onChange={(label) => put({ label: pick(label) ? (label as Json) : undefined }, "label")} /></Row>
        <Own step={step} put={put} path={path} metadata={metadata} people={people} id={id} />
      </div>
    </>
  );
}

/** What only this kind of step asks for. */
function Own({ step, put, path, metadata, people, id }: { step: Set; put: Put; path: (string | number)[]; metadata: Metadata; people: { entity: Entity; known: Told }; id: string }) {
  const { entity } = people;
  const book = useBook();
  const { schemas } = useDesign();
  const type = text(step["type"]);
  const whom = (title: string, key = "people") => <People title={title} value={step[key]} {...people} onChange={(sources) => put({ [key]: sources.length ? sources : key === "people" ? [] : undefined })} />;
  const nobody = text(step["nobody"]) || "stop";
  switch (type) {
    case "approve": return (
      <>
        {whom(t("flow.who_approves"))}
        <Words name="mode" words={["any", "all", "turn", "ratio"]} step={step} put={put} help />
        {step["mode"] === "ratio" && <Count name="percent" least={1} most={100} otherwise={50} step={step} put={put} unit="%" />}
        <Deadline step={step} put={put} />
        <Matrix entity={entity} step={step} needs={false} onChange={put} />
        <Fold title={t("flow.special_cases")}>
          <Words name="nobody" words={["stop", "pass", "reject", "stand_in"]} step={step} put={put} />
          {nobody === "stand_in" && whom(t("flow.stand_in"), "stand_in")}
          <Words name="same" words={["again", "pass"]} step={step} put={put} />
          <Words name="starter" words={["keep", "pass", "head"]} step={step} put={put} />
        </Fold>
        <Fold title={t("flow.may_do")}>
          <Words name="returns" words={["any", "start", "none"]} step={step} put={put} />
          {step["returns"] !== "none" && <Words name="resumes" words={["again", "here"]} step={step} put={put} />}
          <Flag name="transfer" otherwise step={step} put={put} />
          <Words name="comment" words={["never", "reject", "always"]} step={step} put={put} />
        </Fold>
      </>
    );
    case "fill": return (
      <>
        {whom(t("flow.who_fills"))}
        <Matrix entity={entity} step={step} needs onChange={put} />
        <Deadline step={step} put={put} />
        <Fold title={t("flow.special_cases")}>
          <Words name="nobody" words={["stop", "pass", "reject", "stand_in"]} step={step} put={put} />
          {nobody === "stand_in" && whom(t("flow.stand_in"), "stand_in")}
          <Flag name="transfer" otherwise step={step} put={put} />
        </Fold>
      </>
    );
    case "notify": return (
      <>
        {whom(t("flow.who_gets"))}
        <Row title={t("rule.title")} help={t("flow.title_hint")}><Written metadata={metadata} entity={entity} title={t("rule.title")} value={(step["title"] ?? "") as Label} onChange={(label) => put({ title: pick(label) ? (label as Json) : undefined }, "title")} /></Row>
        <Row title={t("rule.text")}><Written metadata={metadata} entity={entity} long title={t("rule.text")} value={(step["text"] ?? "") as Label} onChange={(label) => put({ text: pick(label) ? (label as Json) : undefined }, "text")} /></Row>
      </>
    );
    case "act": return <Row title={t("flow.does")}><Actions path={path} calls={(step["actions"] ?? []) as unknown as Call[]} metadata={metadata} entity={entity} /></Row>;
    case "decide": return <ActionSettings path={path} call={step as unknown as Call} metadata={metadata} entity={entity} />;
    case "branch": return <p className="help">{t("flow.branch_help")}</p>;
    case "parallel": return (
      <>
        <Words name="join" words={["all", "any", "count"]} step={step} put={put} />
        {step["join"] === "count" && <Count name="count" least={1} most={Math.max(1, people.known.branches(step))} otherwise={2} step={step} put={put} />}
        {(text(step["join"]) || "all") !== "all" && <Words name="others" words={["stop", "go_on"]} step={step} put={put} />}
      </>
    );
    case "repeat": return (
      <>
        <Row title={t("flow.repeat_while")}><ConditionPane entity={entity.name} text={text(step["condition"])} onChange={(condition) => put({ condition: condition || undefined }, "condition")} /></Row>
        <Count name="most" least={1} most={1000} otherwise={100} step={step} put={put} />
      </>
    );
    case "wait": return <Waiting step={step} put={put} entity={entity} />;
    case "call": {
      const flows = list(book, "flow").filter(([other]) => other !== id);
      const over = entity.fields.filter((item) => item.type === "reference" && !item.multiple);
      return (
        <>
          <Row title={t("flow.which_flow")} help={flows.length ? undefined : t("flow.none_else")}><Select value={text(step["flow"]) || undefined} aria-label={t("flow.which_flow")} placeholder={t("input.choose")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={flows.map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) }))} onChange={(name: string) => put({ flow: name })} /></Row>
          <Row title={t("flow.over")}><Select value={text(step["over"])} aria-label={t("flow.over")} style={{ width: "100%" }} options={[{ value: "", label: t("flow.same_record") }, ...over.map((item) => ({ value: item.name, label: pick(item.label) }))]} onChange={(name: string) => put({ over: name || undefined })} /></Row>
          <Flag name="waits" otherwise step={step} put={put} />
          {step["waits"] !== false && <Words name="rejected" words={["reject", "go"]} step={step} put={put} />}
        </>
      );
    }
    case "end": return <Words name="outcome" words={["ended", "approved", "rejected"]} step={step} put={put} />;
    default: return <Inspector schema={schemas.kinds["steps"]?.[type]?.schema ?? {}} value={step} put={(key, value) => put({ [key]: value }, key)} entity={entity.name} owner={`step_${type}`} skip={["label", "branches"]} />;
  }
}

function Fold({ title, children }: { title: string; children: React.ReactNode }) {
  return <details className="flow-fold"><summary>{title}</summary><div className="inspector">{children}</div></details>;
}

const clock = (value: string, title: string, set: (value: string) => void) => <TimePicker value={dayjs(`2026-01-01T${value}`)} format="HH:mm" minuteStep={5} allowClear={false} needConfirm={false} aria-label={title} onChange={(next) => next && set(next.format("HH:mm"))} />;

function Waiting({ step, put, entity }: { step: Set; put: Put; entity: Entity }) {
  const until = text(step["until"]) || "duration";
  const dates = entity.fields.filter((item) => ["date", "datetime"].includes(item.type));
  return (
    <>
      <Words name="until" words={["duration", "date", "event"]} step={step} put={put} />
      {until === "duration" && <Row title={t("flow.how_long")}><Span step={{ amount: 1, unit: "days", ...step }} put={put} amount="amount" unit="unit" units={["minutes", "hours", "days"]} working="working" title={t("flow.how_long")} /></Row>}
      {until === "date" && (
        <>
          <Row title={t("flow.which_date")}><Select value={text(step["field"]) || undefined} aria-label={t("flow.which_date")} placeholder={t("facts.choose_field")} style={{ width: "100%" }} options={dates.map((item) => ({ value: item.name, label: pick(item.label) }))} notFoundContent={t("flow.no_date")} onChange={(name: string) => put({ field: name })} /></Row>
          <Count name="offset" least={-3650} most={3650} otherwise={0} step={step} put={put} unit={t("flow.unit_days")} />
          <Row title={t("rule.at")}>{clock(text(step["at"]) || "09:00", t("rule.at"), (at) => put({ at }))}</Row>
        </>
      )}
      {until === "event" && (
        <>
          <Row title={t("flow.until_holds")}><ConditionField entity={entity.name} text={text(step["condition"])} title={t("flow.until_holds")} blank={t("inspect.condition_add")} onChange={(condition) => put({ condition: condition || undefined })} /></Row>
          <Row title={t("flow.at_most")} help={t("flow.at_most_hint")}><Span step={{ timeout: 0, timeout_unit: "days", ...step }} put={put} amount="timeout" least={0} unit="timeout_unit" units={["minutes", "hours", "days"]} title={t("flow.at_most")} /></Row>
          <Words name="timed_out" words={["go", "end"]} step={step} put={put} />
        </>
      )}
    </>
  );
}

export function BranchSettings({ id, name, entity, steps }: Known & { name: string; steps: Parameters<typeof branchOf>[0] }) {
  const found = branchOf(steps, name);
  const put = usePut(["flow", id, ...(found?.path ?? [])]);
  if (!found) return null;
  const rest = isOtherwise(found.step, found.index);
  return (
    <>
      <div className="settings-head"><h3 className="grow cut">{t("flow.branch")}</h3></div>
      <div className="inspector">
        <Row title={t("flow.branch_name")}><LabelInput title={t("flow.branch_name")} value={found.branch.label} onChange={(label) => put({ label: pick(label) ? (label as Json) : undefined }, "label")} /></Row>
        <Row title={t("flow.branch_when")} help={rest ? t("flow.otherwise_hint") : found.step.type === "parallel" ? t("flow.parallel_when_hint") : undefined}>
          <ConditionPane key={name} entity={entity.name} text={found.branch.condition ?? ""} onChange={(condition) => put({ condition: condition || undefined }, "condition")} />
        </Row>
      </div>
    </>
  );
}

const outcomes = ["started", "approved", "rejected", "returned", "withdrawn"] as const;

export function FlowSettings({ id, flow, metadata, entity }: Omit<Known, "known"> & { flow: Doc }) {
  const put = usePut(["flow", id]);
  const { draft } = useDesign();
  const book = useBook();
  const forms = list(book, "form").filter(([, doc]) => short(String(doc["entity"] ?? "")) === entity.name);
  const reactions = (Array.isArray(flow["reactions"]) ? flow["reactions"] : []) as unknown as { on?: string; actions?: Call[] }[];
  const free = outcomes.filter((word) => !reactions.some((item) => (item.on ?? "approved") === word));
  return (
    <>
      <div className="settings-head"><h3>{t("flow.settings")}</h3></div>
      <div className="inspector">
        <Row title={t("prop.label")}><LabelInput title={t("prop.label")} value={labelOf(flow)} onChange={(label) => put({ label: label as Json }, "label")} /></Row>
        <Row title={t("prop.description")}><Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} value={pick((flow["description"] ?? "") as Label)} aria-label={t("prop.description")} onKeyDown={(event) => event.stopPropagation()} onChange={(event) => put({ description: event.target.value ? (relabelled((flow["description"] ?? "") as Label, language(), event.target.value) as Json) : undefined }, "description")} /></Row>
        <Row title={t("flow.form")} help={t("flow.form_hint")}><Select value={short(text(flow["form"]))} aria-label={t("flow.form")} style={{ width: "100%" }} options={[{ value: "", label: t("flow.form_first") }, ...forms.map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) }))]} onChange={(name: string) => put({ form: name || undefined })} /></Row>
        <Row title={t("flow.starters")} help={t("flow.starters_hint")}><Select mode="multiple" value={(Array.isArray(flow["roles"]) ? flow["roles"] : []).map(String)} aria-label={t("flow.starters")} placeholder={t("flow.starters_all")} style={{ width: "100%" }} options={withBorrowed(list(book, "role").map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) })), "role", t("design.own"))} onChange={(names: string[]) => put({ roles: names.length ? names : undefined })} /></Row>
        <Flag name="locks" otherwise step={flow} put={put} />
        <Words name="withdraw" words={["always", "untouched", "never"]} step={flow} put={put} />
        <Row title={t("flow.working_time")} help={t("flow.working_time_hint")}><div className="flow-span">{clock(text(flow["working_from"]) || "09:00", t("flow.working_from"), (at) => put({ working_from: at }))}<span className="third">–</span>{clock(text(flow["working_to"]) || "18:00", t("flow.working_to"), (at) => put({ working_to: at }))}</div></Row>
        <div className="inspector-row">
          <div className="field-label">{t("flow.reactions")}</div>
          {reactions.map((item, at) => (
            <div key={item.on ?? "approved"} className="flow-reaction">
              <div className="line"><b className="grow">{t(`flow.on_${item.on ?? "approved"}`)}</b><button type="button" className="plain link small" onClick={() => put({ reactions: reactions.filter((_, index) => index !== at) as unknown as Json })}>{t("do.remove")}</button></div>
              <Actions path={["flow", id, "reactions", at]} calls={item.actions ?? []} metadata={metadata} entity={entity} />
            </div>
          ))}
          {free.length > 0 && <Select<string | null> value={null} aria-label={t("flow.add_reaction")} placeholder={t("flow.add_reaction")} style={{ width: "100%" }} options={free.map((word) => ({ value: word, label: t(`flow.on_${word}`) }))} onChange={(word) => word && change(draft, ["flow", id], { reactions: [...reactions, { on: word, actions: [] }] as unknown as Json })} />}
        </div>
        <WhereUsed kind="flow" name={String(flow["name"])} />
      </div>
    </>
  );
}
