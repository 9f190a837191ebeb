/** The strip at the foot: how many things need doing; each leads to its place. */
import { AlertTriangle, ChevronDown, ChevronUp, CircleAlert, CircleCheck } from "lucide-react";
import { useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { read } from "../../kernel/document";
import { useBook, useDesign, useStatus } from "../context";
import type { Placed } from "../draft";
import { labelOf } from "../shape";

/** Findings with their places; a click goes there. */
export function IssueList({ issues, left }: { issues: readonly Placed[]; left?: () => void }) {
  const { go, draft, setSettings } = useDesign();
  const book = useBook();
  const place = (issue: Placed): string => {
    const doc = book[issue.kind]?.[issue.id];
    const inner = issue.path.map((_, at) => read(doc ?? null, issue.path.slice(0, at + 1))).filter((item) => item && typeof item === "object" && !Array.isArray(item) && "label" in item).at(-1);
    return [issue.kind ? t(`sort.${issue.kind}`) : "", pick(labelOf(doc)), inner ? pick(labelOf(inner as never)) : ""].filter(Boolean).join(" · ");
  };
  const visit = (issue: Placed) => {
    const doc = book[issue.kind]?.[issue.id];
    const parts = issue.path.map((_, at) => read(doc ?? null, issue.path.slice(0, at + 1))).filter((item) => item && typeof item === "object" && !Array.isArray(item));
    const at = parts.map((item) => String((item as { id?: string; name?: string }).id ?? (item as { name?: string }).name ?? "")).filter(Boolean).at(-1);
    draft.document.select(at ? [at] : []);
    if (!issue.kind && issue.path[0] === "requires") setSettings(true);
    if (issue.kind) go(issue.kind === "application" ? "entity" : issue.kind, issue.id, at);
    left?.();
  };
  return (
    <div className="design-issues-list">
      {issues.map((issue, at) => (
        <button key={`${issue.kind}${issue.id}${issue.code}${issue.path.join("/")}${at}`} type="button" className="plain design-issue" onClick={() => visit(issue)}>
          {issue.severity === "error" ? <CircleAlert size={14} className="bad" aria-hidden /> : <AlertTriangle size={14} className="warn" aria-hidden />}
          <span className="design-issue-place cut">{place(issue)}</span>
          <span className="grow">{words(issue)}</span>
        </button>
      ))}
    </div>
  );
}

export function Issues() {
  const { issues } = useStatus();
  const [open, setOpen] = useState(false);
  const wrong = issues.filter((issue) => issue.severity === "error");
  return (
    <footer className={`design-issues ${open && issues.length ? "open" : ""}`}>
      <button type="button" className="plain design-issues-head" aria-expanded={open} disabled={!issues.length} onClick={() => setOpen(!open)}>
        {issues.length ? <CircleAlert size={15} className={wrong.length ? "bad" : "warn"} aria-hidden /> : <CircleCheck size={15} className="good" aria-hidden />}
        <span className="grow">{issues.length ? t("design.issues", { count: issues.length }) : t("design.issues_none")}</span>
        {!!issues.length && (open ? <ChevronDown size={15} /> : <ChevronUp size={15} />)}
      </button>
      {open && <IssueList issues={issues} />}
    </footer>
  );
}
