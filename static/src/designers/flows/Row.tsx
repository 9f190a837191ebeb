/** The small settings of a step: a titled row, a choice of words, a switch, and a deadline. */
import { InputNumber, Select, Switch } from "antd";
import type { ReactNode } from "react";
import { t } from "../../kernel/i18n";
import type { Json } from "../../kernel/types";
import { text, type Settings } from "../../kit/flows/kinds";

export type Put = (values: { [key: string]: Json | undefined }, merge?: string) => void;

export const Row = ({ title, help, children }: { title: string; help?: string | undefined; children: ReactNode }) => <div className="inspector-row"><div className="field-label">{title}</div>{children}{help && <div className="help">{help}</div>}</div>;

/** One of the words a setting knows; the first is what is meant without it. */
export function Words({ name, words, step, put, help }: { name: string; words: readonly string[]; step: Settings; put: Put; help?: boolean }) {
  const title = t(`flow.set_${name}`);
  const value = text(step[name]) || words[0]!;
  return <Row title={title} help={help ? t(`flow.${name}_${value}_hint`) : undefined}><Select value={value} aria-label={title} style={{ width: "100%" }} popupMatchSelectWidth={false} options={words.map((word) => ({ value: word, label: t(`flow.${name}_${word}`) }))} onChange={(next: string) => put({ [name]: next === words[0] ? undefined : next })} /></Row>;
}

export function Flag({ name, otherwise, step, put }: { name: string; otherwise: boolean; step: Settings; put: Put }) {
  const title = t(`flow.set_${name}`);
  return <div className="inspector-row"><label className="inspector-switch"><span className="grow">{title}</span><Switch size="small" aria-label={title} checked={(step[name] ?? otherwise) === true} onChange={(on) => put({ [name]: on === otherwise ? undefined : on })} /></label></div>;
}

export function Count({ name, least, most, otherwise, step, put, unit }: { name: string; least: number; most: number; otherwise: number; step: Settings; put: Put; unit?: string }) {
  const title = t(`flow.set_${name}`);
  return <Row title={title}><InputNumber value={Number(step[name] ?? otherwise)} min={least} max={most} precision={0} aria-label={title} suffix={unit ? <span className="third">{unit}</span> : null} onChange={(next) => next !== null && put({ [name]: next }, name)} /></Row>;
}

/** An amount of time: number, unit, and whether only working time counts. */
export function Span({ step, put, amount, unit, units, working, title, least = 1 }: { step: Settings; put: Put; amount: string; unit: string; units: readonly string[]; working?: string; title: string; least?: number }) {
  return (
    <div className="flow-span">
      <InputNumber value={Number(step[amount] ?? 1)} min={least} max={10000} precision={0} aria-label={title} onChange={(next) => next !== null && put({ [amount]: next }, amount)} />
      <Select value={text(step[unit]) || units[0]!} aria-label={t("flow.unit")} options={units.map((word) => ({ value: word, label: t(`flow.unit_${word}`) }))} onChange={(next: string) => put({ [unit]: next })} />
      {working && <label className="inspector-switch small"><Switch size="small" aria-label={t("flow.working")} checked={step[working] === true} onChange={(on) => put({ [working]: on })} /><span>{t("flow.working")}</span></label>}
    </div>
  );
}

/** How long a task may take, when its holder is reminded, and what happens then. */
export function Deadline({ step, put }: { step: Settings; put: Put }) {
  const deadline = step["deadline"] as Settings | null | undefined;
  const set: Put = (values, merge) => put({ deadline: { ...deadline, ...(values as Settings) } }, merge && `deadline ${merge}`);
  return (
    <div className="inspector-row flow-deadline">
      <label className="inspector-switch"><span className="grow field-label">{t("flow.deadline")}</span><Switch size="small" aria-label={t("flow.deadline")} checked={!!deadline} onChange={(on) => put({ deadline: on ? { amount: 24, unit: "hours", working: true, remind: 2, then: "nothing" } : undefined })} /></label>
      {deadline && (
        <>
          <Span step={{ amount: 24, unit: "hours", working: true, ...deadline }} put={set} amount="amount" unit="unit" units={["hours", "days"]} working="working" title={t("flow.deadline")} />
          <div className="flow-span"><span className="small second">{t("flow.remind")}</span><InputNumber value={Number(deadline["remind"] ?? 0)} min={0} max={1000} precision={0} aria-label={t("flow.remind")} suffix={<span className="third">{t("flow.unit_hours")}</span>} onChange={(next) => set({ remind: next ?? 0 }, "remind")} /></div>
          <div className="flow-span"><span className="small second">{t("flow.late_then")}</span><Select value={text(deadline["then"]) || "nothing"} aria-label={t("flow.late_then")} style={{ flex: 1 }} popupMatchSelectWidth={false} options={["nothing", "pass", "reject", "head"].map((word) => ({ value: word, label: t(`flow.then_${word}`) }))} onChange={(next: string) => set({ then: next })} /></div>
        </>
      )}
    </div>
  );
}
