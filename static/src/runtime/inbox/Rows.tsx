/** The lines of the inbox: a task with who wants it and its figures, or a flow one started with where it stands. */
import { BellRing, Clock, UserRoundCheck } from "lucide-react";
import { fullInstant, instant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Value } from "../../kernel/types";
import { Face, Tag } from "../../kit/parts";
import type { StartedItem, TaskItem } from "../flows/types";

const tones: Record<string, string> = { approved: "green", submitted: "green", rejected: "red", returned: "orange", withdrawn: "gray", transferred: "gray", ended: "gray", running: "blue", stuck: "red" };
export const Outcome = ({ of }: { of: string }) => <Tag color={tones[of] ?? "gray"}>{t(`tasks.outcome_${of}`, { defaultValue: of })}</Tag>;

const plain = (value: Value): string => (value === null || value === undefined ? "" : Array.isArray(value) ? value.map(plain).join(t("say.list")) : typeof value === "object" ? String(value["label"] ?? "") : String(value));

export function TaskRow({ item, chosen, ticked, tick, open }: { item: TaskItem; chosen: boolean; ticked: boolean | null; tick: () => void; open: () => void }) {
  const title = item.title || pick(item.entity_label);
  return (
    <div className={`inbox-row ${chosen ? "chosen" : ""}`}>
      {ticked !== null && <label className="inbox-tick"><input type="checkbox" checked={ticked} aria-label={t("tasks.tick", { name: title })} onChange={tick} /></label>}
      <button type="button" className="plain inbox-row-main" aria-current={chosen ? "true" : undefined} data-task={item.id} onClick={open}>
        <Face name={item.starter?.name ?? pick(item.flow.label)} size={34} />
        <span className="grow">
          <span className="line"><b className="grow cut">{title}</b><time className="small third" dateTime={item.opened_at} title={fullInstant(item.done_at ?? item.opened_at)}>{instant(item.done_at ?? item.opened_at)}</time></span>
          <span className="small second cut inbox-row-line">{[item.starter?.name, pick(item.flow.label), item.kind === "resubmit" ? t("tasks.resubmit_step") : pick(item.step) === pick(item.flow.label) ? "" : pick(item.step)].filter(Boolean).join(" · ")}</span>
          {item.summary.length > 0 && <span className="small third cut inbox-row-line">{item.summary.slice(0, 3).map((one) => `${pick(one.label)} ${plain(one.value)}`).join(" · ")}</span>}
          {(item.overdue || item.urged > 0 || item.due_at || item.for || item.state !== "open") && (
            <span className="inbox-row-tags">
              {item.for && <span className="inbox-flag for"><UserRoundCheck size={12} aria-hidden />{t("tasks.for_whom", { name: item.for.name })}</span>}
              {item.state === "open" && item.urged > 0 && <span className="inbox-flag urged"><BellRing size={12} aria-hidden />{t("tasks.urged")}</span>}
              {item.state === "open" && item.due_at && <span className={`inbox-flag ${item.overdue ? "late" : ""}`} title={fullInstant(item.due_at)}><Clock size={12} aria-hidden />{t(item.overdue ? "tasks.overdue" : "tasks.due", { when: instant(item.due_at) })}</span>}
              {item.state !== "open" && item.outcome && <Outcome of={item.outcome} />}
              {item.by && <span className="inbox-flag">{t("tasks.done_by", { name: item.by.name })}</span>}
            </span>
          )}
        </span>
      </button>
    </div>
  );
}

export function StartedRow({ item, chosen, open }: { item: StartedItem; chosen: boolean; open: () => void }) {
  return (
    <div className={`inbox-row ${chosen ? "chosen" : ""}`}>
      <button type="button" className="plain inbox-row-main" aria-current={chosen ? "true" : undefined} aria-label={`${item.title} · ${pick(item.flow.label)}`} data-task={item.instance} onClick={open}>
        <span className="grow">
          <span className="line"><b className="grow cut">{item.title || pick(item.entity_label)}</b><time className="small third" dateTime={item.started_at} title={fullInstant(item.started_at)}>{instant(item.started_at)}</time></span>
          <span className="small second cut inbox-row-line">{pick(item.flow.label)}</span>
          <span className="inbox-row-tags"><Outcome of={item.state === "ended" ? item.outcome || "ended" : item.state} />{item.at.map((one, at) => <span key={at} className="small second cut">{[pick(one.step), one.people.join(t("say.list"))].filter(Boolean).join(" · ")}</span>)}</span>
        </span>
      </button>
    </div>
  );
}
