/** The form alive: typed into, its conditions at work, as one role sees it. Nothing is sent. */
import { useQueries } from "@tanstack/react-query";
import { Button } from "antd";
import { useMemo, useState } from "react";
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

const conditions = ["visible", "required", "readonly"] as const;

export function Preview({ metadata, entity, form, phone, role }: { metadata: Metadata; entity: Entity; form: Doc; phone: boolean; role: string }) {
  const { app, around } = useDesign();
  const book = useBook();
  const [values, setValues] = useState<Values>(() => Object.fromEntries(entity.fields.filter((field) => field.default !== undefined && field.default !== null).map((field) => [field.name, field.default!])));
  const components = useMemo(() => componentsOf(form), [form]);
  const texts = useMemo(() => [...new Set(flat(components).flatMap((item) => conditions.map((key) => item[key]).filter((text): text is string => typeof text === "string" && !!text)))], [components]);
  const trees = useQueries({ queries: texts.map((text) => ({ queryKey: ["check", app, entity.name, text], queryFn: () => post<Checked>(`designer/${app}/check`, { text, entity: entity.name }) })) });
  const known = new Map(texts.map((text, at) => [text, trees[at]?.data?.ast ?? null]));
  const written = (text: Component["visible"]): Expression | null | undefined => (typeof text === "string" && text ? { text, ast: (known.get(text) ?? undefined) as unknown as Json } : undefined);
  const settled = (items: readonly Component[]): Component[] => items.map((item) => ({ ...item, visible: written(item.visible) ?? null, required: written(item.required) ?? null, readonly: written(item.readonly) ?? null, ...(item.components ? { components: settled(item.components) } : {}) }));
  const seen = useMemo(() => asRole(entity, book["role"]?.[role]), [entity, book, role]);
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

/** The entity with the accesses of a role; null when the role may not see it. */
function asRole(entity: Entity, role: Doc | undefined): Entity | null {
  if (!role) return entity;
  const grants = (role["grants"] ?? []) as unknown as { entity: string; read?: boolean; others?: string; fields?: { field: string; access?: string }[] }[];
  const grant = grants.find((item) => item.entity === entity.name && item.read !== false);
  if (!grant) return null;
  const access = (name: string) => grant.fields?.find((item) => item.field === name)?.access ?? grant.others ?? "write";
  return { ...entity, fields: entity.fields.filter((field) => access(field.name) !== "hidden").map((field) => ({ ...field, access: access(field.name) as "write" | "read" | "masked" })) };
}
