/** One field, entered or shown. */
import { CircleHelp, Lock, Pencil } from "lucide-react";
import { instant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Component, Field, Value } from "../../kernel/types";
import { Masked } from "../../kit/cells";
import { fieldKind, isBlank } from "../../kit/fields";
import { Filling } from "../../kit/Filling";
import { idle, issuesAt, locked as isLocked, required, useParts, type ComponentKind } from "../../kit/parts-context";

function Part({ component }: { component: Component }) {
  const parts = useParts();
  const field = parts.entity.fields.find((item) => item.name === component.field);
  if (!field) return null;
  const kind = fieldKind(field.type);
  const value = parts.values[field.name] ?? null;
  const label = pick(component.label) || pick(field.label, field.name);
  const hint = pick(component.hint) || pick(field.hint);
  const wrong = issuesAt(parts, field.name);
  const locked = isLocked(component, field, parts);
  const id = `field-${component.id}`;
  const editing = parts.mode === "edit" ? !locked : !!parts.editing?.has(field.name) && !locked;
  const span = { gridColumn: parts.phone ? (editing && parts.mode === "read" ? "1 / -1" : undefined) : `span ${Math.min(component.width ?? 1, parts.narrow ? 2 : 4)}` };
  const needed = required(component, field, parts);
  if (idle(component, parts)) return null;
  const Shown = kind.Show ?? kind.Cell;
  const measured = field.type === "measure" && parts.mode === "read" && field.access !== "masked";
  if (parts.mode === "read" && !editing && !measured && isBlank(value) && !parts.blanks && !wrong.length) return null;
  return (
    <div className={`field ${wrong.length ? "bad" : ""} ${editing ? "editing" : ""} field-${field.type}`} style={span} data-field={field.name}>
      <label htmlFor={editing ? id : undefined} className="field-label">
        {label}
        {needed && editing && <i className="star" title={t("form.required")}>*</i>}
        {!editing && parts.why && parts.mode === "read" && field.access !== "masked" && (
          <button type="button" className="plain field-why" aria-label={t("timeline.value_why", { name: label })} title={t("timeline.value_why", { name: label })} onClick={() => parts.why?.(field)}><CircleHelp size={13} aria-hidden /></button>
        )}
      </label>
      {editing && kind.Input ? (
        <Filling><kind.Input id={id} field={{ ...field, required: needed }} value={value} invalid={wrong.length > 0} autoFocus={parts.mode === "read" && [...(parts.editing ?? [])].at(-1) === field.name} onChange={(next) => parts.set(field.name, next)} /></Filling>
      ) : (
        <div className={`field-value ${!locked && parts.mode === "read" ? "pressable" : ""}`}>
          <div className="grow">{measured ? <Measured field={field} value={value} /> : field.access === "masked" ? <Masked /> : isBlank(value) ? <span className="third">{t("field.blank")}</span> : <Shown value={value} field={field} />}</div>
          {!locked && parts.mode === "read" && parts.edit && (
            <button type="button" className="plain field-edit" aria-label={t("list.edit", { name: label })} onClick={() => parts.edit?.(field.name)}><Pencil size={13} aria-hidden /></button>
          )}
        </div>
      )}
      {wrong.map((issue) => <div key={issue.code} className="wrong" role="alert">{words(issue)}</div>)}
      {hint && editing && !wrong.length && <div className="help">{hint}</div>}
    </div>
  );
}

/** A measured value leads to how it is made; below it stands what it is of. */
function Measured({ field, value }: { field: Field; value: Value }) {
  const parts = useParts();
  const state = parts.measures?.[field.name];
  const { Cell } = fieldKind(field.type);
  const at = state?.state === "live" ? state.as_of : state?.taken_at;
  return (
    <>
      <button type="button" className="plain link measured-open" disabled={!parts.why} title={t("measured.how")} onClick={() => parts.why?.(field)}>{isBlank(value) ? <span className="third">{t("field.blank")}</span> : <Cell value={value} field={field} />}</button>
      {state && at && <div className="third small line">{state.state !== "live" && <Lock size={12} aria-hidden />}<span>{t(state.state === "live" ? "measured.as_of" : "measured.still", { when: instant(at) })}</span></div>}
    </>
  );
}

export const fieldPart: ComponentKind = { kind: "field", Part };
