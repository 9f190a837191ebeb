/** The rows of a lines field, entered as a grid. */
import { pick } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Component } from "../../kernel/types";
import { later } from "../../kit/later";
import type { LinesProps } from "../../kit/inputs/LinesInput";
import { fixed, issuesAt, issuesIn, useParts, type ComponentKind } from "../../kit/parts-context";

const Grid = later<LinesProps>(() => import("../../kit/inputs/LinesInput"));

function Part({ component }: { component: Component }) {
  const parts = useParts();
  const field = parts.entity.fields.find((item) => item.name === component.field);
  if (!field) return null;
  const value = parts.values[field.name] ?? null;
  const locked = fixed(component, field, parts);
  if (parts.mode === "read" && locked && !(Array.isArray(value) && value.length)) return null;
  const columns = Array.isArray(component.columns) && component.columns.length ? component.columns : field.columns;
  return (
    <div className="field wide" data-field={field.name}>
      <span className="field-label">{pick(component.label) || pick(field.label)}</span>
      <Grid field={field} value={value} disabled={locked || (parts.mode === "read" && !parts.edit)} {...(columns?.length ? { columns } : {})} issues={issuesIn(parts, field.name)} onChange={(next) => parts.set(field.name, next)} />
      {issuesAt(parts, field.name).map((issue) => <div key={issue.code} className="wrong" role="alert">{words(issue)}</div>)}
    </div>
  );
}

export const linesPart: ComponentKind = { kind: "lines", Part };
