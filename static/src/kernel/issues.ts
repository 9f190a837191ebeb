/** What is wrong with something, where, and how one finds and counts it. */
import { t } from "./i18n";
import type { Issue } from "./types";

export type Path = (string | number)[];

export const same = (a: Path, b: Path) => a.length === b.length && a.every((step, index) => step === b[index]);

/** Issues at this path or below it. */
export function within(issues: readonly Issue[], path: Path): Issue[] {
  return issues.filter((issue) => path.every((step, index) => issue.path[index] === step));
}

/** Issues exactly at this path. */
export function at(issues: readonly Issue[], path: Path): Issue[] {
  return issues.filter((issue) => same(issue.path, path));
}

/** Issues no shown field takes: they are told at the top of the form. */
export function elsewhere(issues: readonly Issue[], fields: readonly string[]): Issue[] {
  return issues.filter((issue) => typeof issue.path[0] !== "string" || !fields.includes(issue.path[0]));
}

export const errors = (issues: readonly Issue[]) => issues.filter((issue) => issue.severity === "error");

export function count(issues: readonly Issue[]): { error: number; warning: number } {
  return { error: errors(issues).length, warning: issues.filter((issue) => issue.severity === "warning").length };
}

/** The message with its cure, as two sentences of one text. */
export function words({ message, hint }: Issue): string {
  if (!hint) return message;
  return /[.!?。！？…]$/.test(message) ? `${message} ${hint}` : t("issue.with_cure", { message, hint });
}
