/** Records that refer to this one, as a short list with its count. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Plus } from "lucide-react";
import { useNavigate } from "react-router";
import { get } from "../../kernel/api";
import { counted } from "../../kernel/format";
import { amid, pick, t } from "../../kernel/i18n";
import { entityOf, field as fieldAt, home, listOf, titled, viewOf } from "../../kernel/metadata";
import type { Entity, Metadata, RecordData, Relation, Rows } from "../../kernel/types";
import { Masked } from "../../kit/cells";
import { effective } from "../../kit/derived";
import { fieldKind, isBlank } from "../../kit/fields";
import { Bones, Empty, Failed } from "../../kit/parts";
import { link } from "../links";

export function useRelated(app: string, entity: string, id: number, relation: Relation, fields: string[] = [], limit = 50) {
  return useQuery({ queryKey: ["related", app, entity, id, relation.name, fields.join()], queryFn: ({ signal }) => get<Rows & { count?: number }>(`records/${app}/${entity}/${id}/related/${relation.name}`, { limit, fields: fields.join(",") }, signal) });
}

/** How many there are, counted by the server. */
export function Count({ app, entity, id, relation }: { app: string; entity: Entity; id: number; relation: Relation }) {
  const [there, name] = home(app, relation.entity);
  const answer = useQuery({
    queryKey: ["related-count", app, entity.name, id, relation.name], enabled: relation.way === "rows",
    queryFn: ({ signal }) => get<{ count: number; capped: boolean }>(`records/${there}/${name}/count`, { filter: `{${relation.via}} = ${id}` }, signal),
  });
  return answer.data ? <span className="tab-count number">{counted(answer.data.count, answer.data.capped)}</span> : null;
}

export function Related({ app, metadata, entity, record, relation, columns, limit = 50 }: { app: string; metadata: Metadata; entity: string; record: RecordData; relation: Relation; columns?: string[]; limit?: number }) {
  const go = useNavigate();
  const [there, name] = home(app, relation.entity);
  const other = entityOf(metadata, relation.entity);
  const view = other && (listOf(metadata, name) ?? viewOf(metadata, name));
  const names = (columns?.length ? columns : (view?.columns ?? []).map((column) => column.field)).filter((word) => word !== relation.via).slice(0, 7);
  const answer = useRelated(app, entity, record.id, relation, names, limit);
  if (!other) return null;
  const fields = names.flatMap((word) => fieldAt(metadata, other, word) ?? []);
  const lead = titled(other)?.name;
  if (answer.isError) return <Failed error={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Bones rows={4} />;
  const add = other.access.create && (
    <Button size="small" icon={<Plus size={14} />} onClick={() => void go(link.create(there, name), { state: { back: window.location.pathname, values: { [relation.via]: { id: record.id, label: String(record["label"] ?? record[metadata.entities[entity]?.title ?? ""] ?? `#${record.id}`) } } } })}>
      {t("list.new", { name: pick(other.label) })}
    </Button>
  );
  if (!answer.data.items.length) return <Empty title={t("related.none", { name: amid(relation.label) })}>{add}</Empty>;
  return (
    <div className="related">
      {add && <div className="related-do">{add}</div>}
      <div className="related-scroll">
        <table>
          <thead><tr>{fields.map((field) => <th key={field.name} className={effective(field)[0].align === "end" ? "end" : ""}>{pick(field.label)}</th>)}</tr></thead>
          <tbody>
            {answer.data.items.map((row) => (
              <tr key={row.id} tabIndex={0} onClick={() => void go(link.record(there, name, row.id))} onKeyDown={(event) => event.key === "Enter" && void go(link.record(there, name, row.id))}>
                {fields.map((field) => {
                  const Shown = fieldKind(field.type).Cell;
                  const value = row[field.name] ?? null;
                  return <td key={field.name} className={`${effective(field)[0].align === "end" ? "end" : ""} ${field.name === lead ? "lead" : ""}`}>{field.access === "masked" ? <Masked /> : isBlank(value) ? "" : <Shown value={value} field={field} />}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {answer.data.next && <div className="help" style={{ padding: 10 }}>{t("related.first", { count: answer.data.items.length })}</div>}
    </div>
  );
}
