/** Pieces of sentences that several steps share: spans of time, deadlines, how many have to agree. */
import { i18n, t } from "../../kernel/i18n";
import { text, type Settings } from "./kinds";

/** "24 working hours" */
export function span(amount: unknown, unit: unknown, working: unknown): string {
  const word = text(unit as string) || "hours";
  return t(working === false || working === undefined ? `flow.span_${word}` : `flow.span_${word}_working`, { count: Number(amount ?? 1) });
}

/** What happens at the end of a deadline: "reminded 2 hours before; passes after 24 working hours". */
export function deadlineWords(step: Settings): string {
  const deadline = step["deadline"] as Settings | null | undefined;
  if (!deadline) return "";
  const after = span(deadline["amount"] ?? 24, deadline["unit"], deadline["working"] ?? true);
  const then = text(deadline["then"]) || "nothing";
  const remind = Number(deadline["remind"] ?? 0);
  return t(`flow.late_${then === "nothing" && remind ? "remind" : then}`, { after });
}

/** Joins the parts that say something. */
export const joined = (...parts: string[]): string => parts.filter(Boolean).join(t("flow.comma"));

/** How many of them decide, said only where it could be more than one. */
export function modeWords(step: Settings): string {
  const mode = text(step["mode"]) || "any";
  return t(`flow.mode_says_${mode}`, { percent: Number(step["percent"] ?? 50) });
}

/** A step's own words for its kind. */
export const stepLabel = (kind: string): string => (i18n.exists(`flow.step_${kind}`) ? t(`flow.step_${kind}`) : kind);
export const approverLabel = (kind: string): string => (i18n.exists(`flow.approver_${kind}`) ? t(`flow.approver_${kind}`) : kind);
