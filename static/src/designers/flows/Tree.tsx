/** The tree of cards: steps one under the other with a + between them, branches side by side with their conditions in words. */
import { Popover } from "antd";
import { Ban, Check, ChevronDown, ChevronRight, Clock, Copy, GripVertical, Plus, X } from "lucide-react";
import { Fragment, type DragEvent, type ReactNode } from "react";
import { duration } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { Face } from "../../kit/parts";
import { stepKind } from "../../kit/flows/kinds";
import { Sentence } from "../inspector/Condition";
import { AddMenu } from "./AddMenu";
import { spotKey, useBoard } from "./board";
import { isOtherwise, listName, type Branch, type Spot, type Step } from "./tree";
import { sentenceOf, titleOf } from "./words";

export function Steps({ steps, list, way }: { steps: readonly Step[]; list: string; way: string }) {
  return (
    <div className="flow-list" role="group" aria-label={list ? t("flow.branch") : t("flow.steps")}>
      <Gap spot={{ list, index: 0 }} />
      {steps.map((step, index) => (
        <Fragment key={step.id}>
          <Node step={step} spot={{ list, index }} way={way ? `${way}/${step.id}` : step.id} />
          <Gap spot={{ list, index: index + 1 }} />
        </Fragment>
      ))}
    </div>
  );
}

/** Between two cards: the +, and the line that shows where what is carried would land. */
function Gap({ spot }: { spot: Spot }) {
  const board = useBoard();
  const key = spotKey(spot);
  const carrying = board.carried && board.carried.sort !== "branch";
  const open = board.adding === key;
  return (
    <div className={`flow-gap ${carrying ? (board.may(spot) ? "may" : "no") : ""} ${board.over === key ? "over" : ""}`} title={carrying && !board.may(spot) ? t("flow.not_into_itself") : undefined} {...landing(board, () => spot)}>
      <Popover trigger="click" open={open} onOpenChange={(next) => board.openAdd(next ? spot : null)} destroyOnHidden placement="right" content={<AddMenu spot={spot} />}>
        <button type="button" className="plain flow-add" aria-label={t("flow.add_here")} aria-haspopup="dialog" aria-expanded={open} data-gap={key}><Plus size={15} aria-hidden /></button>
      </Popover>
    </div>
  );
}

function landing(board: ReturnType<typeof useBoard>, where: (event: DragEvent<HTMLElement>) => Spot) {
  return {
    onDragOver: (event: DragEvent<HTMLElement>) => {
      if (!board.carried || board.carried.sort === "branch") return;
      const spot = where(event);
      if (!board.may(spot)) return;
      event.preventDefault();
      event.stopPropagation();
      board.hover(spotKey(spot));
    },
    onDrop: (event: DragEvent<HTMLElement>) => {
      if (!board.carried || board.carried.sort === "branch") return;
      event.preventDefault();
      event.stopPropagation();
      board.land(where(event));
    },
  };
}

/** How long ago, as fine as it matters. */
function since(at: string): string {
  const seconds = Math.max(60, (Date.now() - Date.parse(at)) / 1000);
  const grain = seconds > 86_400 ? 3_600 : 60;
  return duration(Math.floor(seconds / grain) * grain);
}

/** Above the middle of a card is before it, below is after. */
const half = (spot: Spot) => (event: DragEvent<HTMLElement>): Spot => {
  const box = event.currentTarget.getBoundingClientRect();
  return { list: spot.list, index: spot.index + (event.clientY > box.top + box.height / 2 ? 1 : 0) };
};

function Node({ step, spot, way }: { step: Step; spot: Spot; way: string }) {
  const board = useBoard();
  const kind = stepKind(step.type);
  const off = board.paint && !board.paint.has(way);
  if (!kind?.divides) return <div className={`flow-node ${off ? "off" : ""}`}><Card step={step} spot={spot} way={way} /></div>;
  const folded = board.folded.has(step.id);
  const branches = step.branches ?? [];
  return (
    <div className={`flow-node split ${off ? "off" : ""}`}>
      <Card step={step} spot={spot} way={way} more={<button type="button" className="icon-button" aria-expanded={!folded} aria-label={t(folded ? "flow.unfold" : "flow.fold", { name: titleOf(step) })} onClick={() => board.fold(step.id)}>{folded ? <ChevronRight size={15} /> : <ChevronDown size={15} />}</button>} />
      {folded ? <button type="button" className="plain flow-folded small" onClick={() => board.fold(step.id)}>{t("flow.folded", { count: branches.length })}</button> : (
        <>
          <div className="flow-stem">{!kind.single && <button type="button" className="plain flow-branch-add small" onClick={() => board.branch(step.id)}><Plus size={13} aria-hidden />{t("flow.add_branch")}</button>}</div>
          <div className="flow-branches">
            {branches.map((branch, index) => <Lane key={branch.id} step={step} branch={branch} index={index} way={`${way}/${branch.id}`} />)}
          </div>
        </>
      )}
    </div>
  );
}

function Lane({ step, branch, index, way }: { step: Step; branch: Branch; index: number; way: string }) {
  const board = useBoard();
  const name = listName(step.id, branch.id);
  const rest = isOtherwise(step, index);
  const found = board.issues.get(name) ?? [];
  const single = !!stepKind(step.type)?.single;
  const label = single ? t("flow.each_time") : pick(branch.label) || t("flow.branch_number", { number: index + 1 });
  const carried = board.carried?.sort === "branch" ? board.carried.name : "";
  const mine = carried.startsWith(`${step.id}/`);
  const off = board.paint && ![...board.paint.keys()].some((one) => one === way || one.startsWith(`${way}/`));
  return (
    <div className={`flow-lane ${off ? "off" : ""}`}>
      <div
        className={`flow-condition ${mine && carried !== name && board.over === name ? "over" : ""}`} draggable={!single} onDragStart={(event) => { event.stopPropagation(); event.dataTransfer.setData("text/plain", label); event.dataTransfer.effectAllowed = "move"; board.carry({ sort: "branch", name }); }} onDragEnd={() => board.carry(null)}
        onDragOver={(event) => { if (!mine) return; event.preventDefault(); event.stopPropagation(); board.hover(name); }} onDrop={(event) => { if (!mine) return; event.preventDefault(); event.stopPropagation(); board.landBranch(step.id, index); }}
      >
        <span className="flow-grip" aria-hidden hidden={single}><GripVertical size={13} /></span>
        <button type="button" className="plain flow-condition-main" aria-pressed={board.chosen === name} data-part={name} onClick={() => board.choose(single ? step.id : name)}>
          <span className="flow-condition-head"><b className="cut">{label}</b>{step.type === "branch" && !rest && <span className="third small">{t("flow.priority", { number: index + 1 })}</span>}</span>
          <span className="flow-says">{branch.condition ? <Sentence entity={board.entity} text={branch.condition} /> : <span className="third">{single ? t("flow.each_time_says") : rest ? t("flow.otherwise_says") : step.type === "parallel" ? t("flow.always") : t("flow.no_condition")}</span>}</span>
          {found.map((issue, at) => <span key={at} className={issue.severity === "error" ? "wrong" : "small second"}>{words(issue)}</span>)}
        </button>
        {!single && <button type="button" className="icon-button flow-tool" aria-label={t("flow.remove", { name: label })} title={t("do.remove")} onClick={() => board.remove(name)}><X size={14} /></button>}
      </div>
      <Steps steps={branch.steps ?? []} list={name} way={way} />
    </div>
  );
}

function Card({ step, spot, way, more }: { step: Step; spot: Spot; way: string; more?: ReactNode }) {
  const board = useBoard();
  const kind = stepKind(step.type);
  const Picture = kind?.Icon ?? Ban;
  const said = sentenceOf(step, board.known);
  const paint = board.paint?.get(way);
  const live = board.live?.get(way);
  const found = board.issues.get(step.id) ?? [];
  const title = titleOf(step);
  return (
    <div
      className={`flow-card ${paint ? `was-${paint.state}` : ""} ${board.carried?.sort === "step" && board.carried.id === step.id ? "carried" : ""} ${board.chosen === step.id ? "chosen" : ""}`} draggable
      onDragStart={(event) => { event.stopPropagation(); event.dataTransfer.setData("text/plain", title); event.dataTransfer.effectAllowed = "move"; board.carry({ sort: "step", id: step.id }); }} onDragEnd={() => board.carry(null)} {...landing(board, half(spot))}
    >
      <button type="button" className="plain flow-card-main" aria-pressed={board.chosen === step.id} data-part={step.id} onClick={() => board.choose(step.id)}>
        <span className="flow-icon" style={{ background: `var(--${kind?.tone ?? "gray"})`, color: `var(--${kind?.tone ?? "gray"}-text)` }}><Picture size={16} aria-hidden /></span>
        <span className="flow-card-words">
          <b className="cut">{title}</b>
          <span className={said ? "flow-says" : "third small"}>{said || t("flow.to_fill")}</span>
          {found.map((issue, at) => <span key={at} className={issue.severity === "error" ? "wrong" : "small second"}>{words(issue)}</span>)}
          {paint && (
            <span className="flow-paint">
              {paint.people.slice(0, 4).map((name) => <span key={name} className="flow-person"><Face name={name} size={18} />{name}</span>)}
              {paint.people.length > 4 && <span className="third small">{t("flow.more_people", { count: paint.people.length - 4 })}</span>}
              {paint.why && <span className="small second">{paint.why}</span>}
            </span>
          )}
        </span>
        {paint && <span className={`flow-mark ${paint.state}`}>{paint.state === "rejected" ? <X size={12} aria-label={t("flow.was_rejected")} /> : paint.state === "waiting" ? <Clock size={12} aria-label={t("flow.was_waiting")} /> : <Check size={12} aria-label={t("flow.was_done")} />}</span>}
        {!!live?.waiting && <span className="flow-live" title={t("flow.live_since", { span: since(live.oldest) })}>{t("flow.live_waiting", { count: live.waiting })}<span className="flow-live-old">{since(live.oldest)}</span></span>}
      </button>
      <span className="flow-tools">
        <button type="button" className="icon-button flow-tool" aria-label={t("flow.copy", { name: title })} title={t("do.copy")} onClick={() => board.double(step.id)}><Copy size={13} /></button>
        <button type="button" className="icon-button flow-tool" aria-label={t("flow.remove", { name: title })} title={t("do.remove")} onClick={() => board.remove(step.id)}><X size={14} /></button>
        {more}
      </span>
    </div>
  );
}
