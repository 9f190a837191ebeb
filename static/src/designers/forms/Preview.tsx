/** The form alive: typed into, its conditions at work, with a real record and as one role sees it. Nothing is sent. */
import { useQueries } from "@tanstack/react-query";
import { Button } from "antd";
import { useEffect, useMemo, useState } from "react";
import { post } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import type { Component, Entity, Expression, Json, Metadata, Values } from "../../kernel/types";
import { PlaceContext } from "../../kit/fields";
import { Parts } from "../../kit/Tree";
import { PartsContext, type PartsValue } from "../../kit/parts-context";
import { useBook, useDesign } from "../context";
import type { Doc } from "../draft";
import type { Checked } from "../inspector/Condition";
import { flat } from "../parts";
import { componentsOf } from "../shape";
import { Bones, Empty } from "../../kit/parts";
import { useSample } from "./Sample";

const conditions = ["visible", "required", "readonly"] as const;

export function Preview({ metadata, entity, form, phone, role, record }: { metadata: Metadata; entity: Entity; form: Doc; phone: boolean; role: string; record: number | null }) {
  const { app, around } = useDesign();
  const book = useBook();
  const fresh = (): Values => Object.fromEntries(entity.fields.filter((field) => field.default !== undefined && field.default !== null).map((field) => [field.name, field.default!]));
  const [values, setValues] = useState<Values>(fresh);
  const sample = useSample(entity, role, record);
  const from = sample.values === false ? "" : JSON.stringify(sample.values);
  useEffect(() => setValues(from && from !== "null" ? (JSON.parse(from) as Values) : fresh()), [from]); // oxlint-disable-line react-hooks/exhaustive-deps
  const components = useMemo(() => componentsOf(form), [form]);
  const texts = useMemo(() => [...new Set(flat(components).flatMap((item) => conditions.map((key) => item[key]).filter((text): text is string => typeof text === "string" && !!text)))], [components]);
  const trees = useQueries({ queries: texts.map((text) => ({ queryKey: ["check", app, entity.name, text], queryFn: () => post<Checked>(`designer/${app}/check`, { text, entity: entity.name }) })) });
  const known = new Map(texts.map((text, at) => [text, trees[at]?.data?.ast ?? null]));
  const written = (text: Component["visible"]): Expression | null | undefined => (typeof text === "string" && text ? { text, ast: (known.get(text) ?? undefined) as unknown as Json } : undefined);
  const settled = (items: readonly Component[]): Component[] => items.map((item) => ({ ...item, visible: written(item.visible) ?? null, required: written(item.required) ?? null, readonly: written(item.readonly) ?? null, ...(item.components ? { components: settled(item.components) } : {}) }));
  const seen = sample.access ? withAccess(entity, sample.access) : asRole(entity, book["role"]?.[role]);
  if (sample.busy) return <div className="form-sheet"><Bones rows={5} /></div>;
  if (sample.values === false && seen) return <div className="form-sheet"><Empty title={t("form.record_unseen")} hint={t("form.record_unseen_hint")} /></div>;
  if (role && !seen) return <div className="form-sheet"><p className="second">{t("form.role_sees_nothing")}</p></div>;
  const parts: PartsValue = { app, metadata, entity: seen ?? entity, mode: "edit", values, issues: [], context: around.conditions, set: (name, value) => setValues((old) => ({ ...old, [name]: value })), phone };
  return (
    <PlaceContext.Provider value={{ application: app, entity: entity.name }}>
      <div className={`form-sheet ${phone ? "phone" : ""}`}>
        <PartsContext.Provider value={parts}><Parts components={settled(components)} /></PartsContext.Provider>
        <div className="line"><span className="grow small third">{t("form.preview_hint")}</span><Button type="primary" disabled>{pick(form["submit"] as never) || t("form.send")}</Button></div>
      </div>
    </PlaceContext.Provider>
  );
}

/** The entity with accesses as the server works them out, all roles' rows considered; null when nothing of it is seen. */
function withAccess(entity: Entity, access: ReadonlyMap<string, string>): Entity | null {
  if (!access.size) return null;
  const of = (field: Entity["fields"][number]) => access.get(String((field as unknown as { id?: string }).id || field.name)) ?? "write";
  return { ...entity, fields: entity.fields.filter((field) => of(field) !== "hidden").map((field) => ({ ...field, access: (of(field) === "some" ? "write" : of(field)) as "write" | "read" | "masked" })) };
}

/** The entity with the accesses of a role, while the server can't say; null when the role may not see it. */
function asRole(entity: Entity, role: Doc | undefined): Entity | null {
  if (!role) return entity;
  const grants = (role["grants"] ?? []) as unknown as { entity: string; read?: boolean; others?: string; fields?: { field: string; access?: string }[] }[];
  const grant = grants.find((item) => item.entity === entity.name && item.read !== false);
  if (!grant) return null;
  const access = (name: string) => grant.fields?.find((item) => item.field === name)?.access ?? grant.others ?? "write";
  return { ...entity, fields: entity.fields.filter((field) => access(field.name) !== "hidden").map((field) => ({ ...field, access: access(field.name) as "write" | "read" | "masked" })) };
}
