/** Which fields of the form a step may change, must fill, only sees, or does not see at all. */
import { useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { derived } from "../../kernel/metadata";
import type { Entity, Json } from "../../kernel/types";

type Right = "see" | "edit" | "need" | "hide";

interface Props {
  entity: Entity;
  step: { [key: string]: Json };
  /** Steps that fill may demand. */
  needs: boolean;
  onChange: (values: { [key: string]: Json | undefined }) => void;
}

const listOf = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

export function Matrix({ entity, step, needs, onChange }: Props) {
  const [all, setAll] = useState(false);
  const [edits, hides, musts] = [listOf(step["edits"]), listOf(step["hides"]), listOf(step["needs"])];
  const rightOf = (name: string): Right => (hides.includes(name) ? "hide" : musts.includes(name) ? "need" : edits.includes(name) ? "edit" : "see");
  const rights: Right[] = ["see", "edit", ...(needs ? (["need"] as const) : []), "hide"];
  const put = (names: string[], right: Right) => {
    const without = (list: string[]) => list.filter((name) => !names.includes(name));
    const next = { edits: without(edits), hides: without(hides), needs: without(musts) };
    if (right === "edit" || right === "need") next.edits.push(...names.filter((name) => writable(name)));
    if (right === "need") next.needs.push(...names.filter((name) => writable(name)));
    if (right === "hide") next.hides.push(...names);
    onChange({ edits: next.edits.length ? next.edits : undefined, hides: next.hides.length ? next.hides : undefined, ...(needs ? { needs: next.needs.length ? next.needs : undefined } : {}) });
  };
  const writable = (name: string) => {
    const field = entity.fields.find((item) => item.name === name);
    return !!field && !derived(field);
  };
  // those that were set come first to sight; the rest on demand
  const set = entity.fields.filter((item) => rightOf(item.name) !== "see");
  const shown = all || entity.fields.length <= 8 ? entity.fields : [...set, ...entity.fields.filter((item) => !set.includes(item)).slice(0, Math.max(0, 8 - set.length))];
  return (
    <div className="inspector-row">
      <div className="line"><div className="field-label grow">{t("flow.fields")}</div>
        <span className="pills" role="group" aria-label={t("flow.fields_all")}>{rights.map((right) => <button key={right} type="button" className="plain pill" title={t("flow.all_fields", { right: t(`flow.right_${right}`) })} aria-label={t("flow.all_fields", { right: t(`flow.right_${right}`) })} onClick={() => put(entity.fields.map((item) => item.name), right)}>{t(`flow.right_${right}`)}</button>)}</span>
      </div>
      <div className="flow-matrix">
        {shown.map((field) => (
          <div key={field.name} className="line flow-matrix-row">
            <span className="grow cut">{pick(field.label)}</span>
            <span className="pills" role="radiogroup" aria-label={pick(field.label)}>
              {rights.map((right) => <button key={right} type="button" role="radio" className={`plain pill ${right === "hide" ? "hidden" : right === "see" ? "read" : ""}`} aria-checked={rightOf(field.name) === right} disabled={(right === "edit" || right === "need") && derived(field)} onClick={() => put([field.name], right)}>{t(`flow.right_${right}`)}</button>)}
            </span>
          </div>
        ))}
      </div>
      {shown.length < entity.fields.length && <button type="button" className="plain link small" onClick={() => setAll(true)}>{t("flow.more_fields", { count: entity.fields.length - shown.length })}</button>}
      <p className="help">{t("flow.fields_hint")}</p>
    </div>
  );
}
