/** Through somebody's eyes: what the drafted rights show of real data, and who gains or loses against what is published. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { Check, EyeOff, Minus } from "lucide-react";
import { useState } from "react";
import { get } from "../../kernel/api";
import { number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Entity, Field, Label, Value } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { fieldKind } from "../../kit/fields";
import { Bones, Empty, Face, told } from "../../kit/parts";
import { useBook, useDesign } from "../context";
import { entityId, labelOf } from "../shape";
import { useSettled, type Affected, type Seen } from "./perspective";

const actions = ["create", "update", "delete", "export"] as const;

export function AsWhom({ role, entity, entities, choose }: { role: string; entity: Entity | undefined; entities: readonly Entity[]; choose: (name: string) => void }) {
  const { app } = useDesign();
  const book = useBook();
  const settled = useSettled();
  const [who, setWho] = useState<number | null>(null);
  const people = useQuery({ queryKey: ["perspective-people", app, role], enabled: !!settled, queryFn: () => get<{ items: { id: number; label: string; lines: string[] }[] }>(`designer/${app}/perspective/people`, { role }) });
  const first = people.data?.items[0]?.id ?? 0;
  const chosen = who ?? first;
  const id = entityId(book, entity?.name ?? "");
  const seen = useQuery({
    queryKey: ["perspective", app, role, chosen, id, settled], enabled: !!settled && !!id && people.isSuccess, retry: 0, gcTime: 60_000, placeholderData: (before) => before,
    queryFn: () => get<Seen>(`designer/${app}/perspective`, { entity: id, ...(chosen ? { user: chosen } : { role }) }),
  });
  const itself = { value: 0, label: t("role.itself", { role: pick(labelOf(book["role"]?.[role])) }) };
  return (
    <aside className="panel as-whom" aria-label={t("role.as_whom")}>
      <h4>{t("role.as_whom")}</h4>
      <p className="help">{t("role.as_whom_hint")}</p>
      <Select
        value={chosen} onChange={setWho} showSearch={{ optionFilterProp: "label" }} aria-label={t("role.as_whom")} disabled={!people.isSuccess}
        options={[...(people.data?.items.length ? [{ label: t("role.holders"), options: people.data.items.map((person) => ({ value: person.id, label: [person.label, ...person.lines].join(" · ") })) }] : []), itself]}
      />
      <Select value={entity?.name} onChange={choose} showSearch={{ optionFilterProp: "label" }} aria-label={t("role.which_entity")} options={entities.map((item) => ({ value: item.name, label: pick(item.label) }))} />
      {seen.isError ? <Empty title={t("role.unpublished")} hint={told(seen.error).detail || told(seen.error).title} /> : !seen.data || !entity ? <Bones rows={4} /> : <Sees seen={seen.data} entity={entity} busy={seen.isFetching} />}
      <Effects version={settled} />
    </aside>
  );
}

const idOf = (field: Field): string => String((field as unknown as { id?: string }).id || field.name);

function Sees({ seen, entity, busy }: { seen: Seen; entity: Entity; busy: boolean }) {
  const known = new Map(entity.fields.map((field) => [idOf(field), field]));
  const names = (access: string) => seen.fields.filter((field) => field.access === access).map((field) => pick(field.label));
  const groups = [["cannot_see", names("hidden")], ["sees_masked", names("masked")], ["sees_some", names("some")]] as const;
  const name = pick(entity.label);
  return (
    <div className="as-whom-sees" aria-busy={busy}>
      <b className="as-whom-count" role="status">{seen.count ? t("role.sees", { shown: number(seen.count), name }) : t("role.sees_none", { name })}</b>
      {seen.admin && <p className="help">{t("role.admin_sees_all")}</p>}
      {!seen.count && !seen.person && <p className="help">{t("role.sees_none_hint")}</p>}
      {seen.rows.length > 0 && (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and keys must reach it
        <div className="as-whom-rows" tabIndex={0} role="region" aria-label={t("role.sees", { shown: number(seen.count), name })}><table>
          <thead><tr>{seen.columns.map((column) => <th key={column.id}>{pick(column.label)}</th>)}</tr></thead>
          <tbody>{seen.rows.map((row, at) => <tr key={String(row["id"] ?? at)}>{seen.columns.map((column) => <td key={column.id}><Shown field={known.get(column.id)} value={(row[column.name] ?? null) as Value} masked={column.access === "masked"} /></td>)}</tr>)}</tbody>
        </table></div>
      )}
      {groups.map(([word, items]) => items.length > 0 && <p key={word} className="small as-whom-fields"><span className="third">{t(`role.${word}`)}</span> {items.join(t("say.list"))}</p>)}
      <div className="as-whom-acts small">{actions.map((action) => <span key={action} className={seen.actions[action] ? "" : "third"}>{seen.actions[action] ? <Check size={13} aria-hidden /> : <Minus size={13} aria-hidden />}<span className="hidden">{t(seen.actions[action] ? "role.can" : "role.cannot")}</span>{t(`role.${action}`)}</span>)}</div>
    </div>
  );
}

function Shown({ field, value, masked }: { field: Field | undefined; value: Value; masked: boolean }) {
  if (value === null || value === "" || !field) return null;
  if (masked) return <span className="line second"><EyeOff size={12} aria-hidden />{typeof value === "string" ? value : ""}</span>;
  const [kind, as] = effective(field);
  return <span className="cut">{fieldKind(kind.kind).text(value, as)}</span>;
}

function Effects({ version }: { version: number }) {
  const { app } = useDesign();
  const [all, setAll] = useState(false);
  const found = useQuery({ queryKey: ["perspective-affected", app, version], enabled: !!version, retry: 0, gcTime: 60_000, placeholderData: (before) => before, queryFn: () => get<Affected>(`designer/${app}/perspective/affected`) });
  const items = found.data?.items ?? [];
  return (
    <section className="as-whom-effects" aria-live="polite" aria-busy={found.isFetching}>
      <h4>{t("role.affected")}</h4>
      {found.isError ? <p className="help">{told(found.error).detail || told(found.error).title}</p> : !found.data ? <Bones rows={2} /> : !items.length ? <p className="help">{t(found.data.changed ? "role.affected_nobody" : "role.affected_none")}</p> : null}
      {(all ? items : items.slice(0, 8)).map((item) => (
        <div key={`${item.person.id} ${pick(item.entity)}`} className="as-whom-person">
          <Face name={item.person.label} size={24} />
          <div className="grow small"><b>{item.person.label}</b> <span className="third">{pick(item.entity)}</span><div>{sentences(item).map(([text, tone]) => <span key={text} className={`effect ${tone}`}>{text}</span>)}</div></div>
        </div>
      ))}
      {!all && items.length > 8 && <button type="button" className="plain link small" onClick={() => setAll(true)}>{t("role.affected_more", { count: items.length - 8 })}</button>}
      {!!found.data?.unknown && <p className="help">{t("role.uncounted_people", { count: found.data.unknown })}</p>}
    </section>
  );
}

const ranks = ["hidden", "masked", "some", "read", "write"];
const level = (word: string) => (word === "some" ? t("role.level_some") : t(`enum.${word}`));

/** What changes for one person, better or worse. */
export function sentences(item: Affected["items"][number]): [string, "more" | "less" | ""][] {
  const found: [string, "more" | "less" | ""][] = [];
  if (item.gained === null) found.push([t("role.uncounted"), ""]);
  if (item.gained) found.push([t("role.gains", { shown: number(item.gained) }), "more"]);
  if (item.lost) found.push([t("role.loses", { shown: number(item.lost) }), "less"]);
  for (const [action, may] of Object.entries(item.actions)) if (action !== "read") found.push([t(may ? "role.gains_action" : "role.loses_action", { action: t(`role.${action}`) }), may ? "more" : "less"]);
  for (const field of item.fields) found.push([t("role.gains_field", { field: pick(field.label as Label), before: level(field.before), after: level(field.after) }), ranks.indexOf(field.after) > ranks.indexOf(field.before) ? "more" : "less"]);
  return found;
}
