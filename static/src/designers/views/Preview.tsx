/** A view as it will be seen, with real records where the entity is live already. */
import { useQuery } from "@tanstack/react-query";
import { get } from "../../kernel/api";
import { i18n, pick, t } from "../../kernel/i18n";
import { field as fieldAt, home, titled } from "../../kernel/metadata";
import type { Entity, Field, Metadata, RecordData, Rows, Sort, Value, ViewColumn } from "../../kernel/types";
import { Masked } from "../../kit/cells";
import { effective } from "../../kit/derived";
import { fieldKind, PlaceContext } from "../../kit/fields";
import { Bone, Empty, Tag } from "../../kit/parts";
import { useDesign, useStatus } from "../context";
import type { Doc } from "../draft";
import { pathLabel } from "./ViewDesigner";

export function Preview({ metadata, entity, view }: { metadata: Metadata; entity: Entity; view: Doc }) {
  const { app } = useDesign();
  const { live } = useStatus();
  const type = String(view["type"] ?? "table");
  const columns = (view["columns"] ?? []) as unknown as ViewColumn[];
  const title = titled(entity);
  const cards = [view["title"], ...((view["fields"] ?? []) as string[])].filter((name): name is string => typeof name === "string" && !!name);
  const wanted = type === "table" ? columns.map((column) => column.field) : [...cards, String(view["group_by"] ?? ""), String(view["start"] ?? ""), String(view["end"] ?? ""), String(view["progress"] ?? ""), title?.name ?? ""];
  const fields = [...new Set(wanted.filter((name) => name && fieldAt(metadata, entity, name)))];
  const sorts = (view["sorts"] ?? []) as unknown as Sort[];
  const sort = sorts.map((item) => `${item.descending ? "-" : ""}${item.field}`).join(",");
  const rows = useQuery({
    queryKey: ["view-preview", app, entity.name, fields.join(), view["filter"] ?? "", sort],
    enabled: live && fields.length > 0, retry: 0, staleTime: 20_000, placeholderData: (before) => before,
    queryFn: () => get<Rows>(`records/${home(app, entity.name).join("/")}`, { fields: fields.join(","), filter: String(view["filter"] ?? ""), sort, limit: 60 }),
  });
  const waits = !live || rows.isError;
  return (
    <div className="designer-page view-preview" aria-busy={rows.isFetching}>
      <header className="line view-preview-head"><h2 className="grow cut">{pick(view["label"] as never)}</h2><span className="small third">{t(waits ? "view.preview_draft" : "view.preview")}</span></header>
      <PlaceContext.Provider value={{ application: app, entity: entity.name }}>
        {!fields.length ? <Empty title={t("view.no_columns")} hint={t("view.no_columns_hint")} />
          : type === "kanban" ? <Cards metadata={metadata} entity={entity} view={view} rows={rows.data?.items ?? []} cards={cards} />
          : type === "calendar" ? <Days entity={entity} view={view} rows={rows.data?.items ?? []} />
          : type === "gantt" ? <Bars entity={entity} view={view} rows={rows.data?.items ?? []} />
          : <Table metadata={metadata} entity={entity} columns={columns} rows={rows.data?.items} failed={waits} />}
        {waits && <p className="help">{t("view.preview_hint")}</p>}
      </PlaceContext.Provider>
    </div>
  );
}

function Cell({ field, value }: { field: Field; value: Value }) {
  const [kind, as] = effective(field);
  if (field.access === "masked") return <Masked />;
  return value === null || value === undefined || value === "" ? null : <kind.Cell value={value} field={as} />;
}

function Table({ metadata, entity, columns, rows, failed }: { metadata: Metadata; entity: Entity; columns: ViewColumn[]; rows: readonly RecordData[] | undefined; failed: boolean }) {
  const known = columns.map((column) => [column, fieldAt(metadata, entity, column.field)] as const).filter((pair): pair is readonly [ViewColumn, Field] => !!pair[1]);
  return (
    <div className="panel preview-table">
      <table>
        <thead><tr>{known.map(([column, field]) => <th key={column.field} className={effective(field)[0].align} style={{ minWidth: column.width || Math.min(effective(field)[0].width, 180) }}>{pick(column.label) || pathLabel(metadata, entity, column.field)}</th>)}</tr></thead>
        <tbody>
          {rows ? rows.map((row) => <tr key={row.id}>{known.map(([column, field]) => <td key={column.field} className={effective(field)[0].align}><Cell field={field} value={row[column.field] ?? null} /></td>)}</tr>)
            : Array.from({ length: failed ? 4 : 9 }, (_, at) => <tr key={at}>{known.map(([column]) => <td key={column.field}>{failed ? "" : <Bone width={`${50 + ((at * 31) % 40)}%`} />}</td>)}</tr>)}
        </tbody>
      </table>
      {rows?.length === 0 && <Empty picture="search" title={t("view.none_match")} />}
    </div>
  );
}

function Cards({ metadata, entity, view, rows, cards }: { metadata: Metadata; entity: Entity; view: Doc; rows: readonly RecordData[]; cards: string[] }) {
  const by = fieldAt(metadata, entity, String(view["group_by"] ?? ""));
  const title = fieldAt(metadata, entity, String(view["title"] ?? "")) ?? titled(entity);
  if (!by) return <Empty picture="board" title={t("view.no_group")} />;
  return (
    <div className="preview-board">
      {(by.options ?? []).slice(0, 8).map((option) => {
        const inside = rows.filter((row) => row[by.name] === option.value);
        return (
          <div key={option.value} className="preview-lane">
            <div className="line"><Tag color={option.color}>{pick(option.label)}</Tag><span className="third small">{inside.length}</span></div>
            {inside.slice(0, 6).map((row) => (
              <div key={row.id} className="panel preview-card">
                <b className="cut">{title && fieldKind(title.type).text(row[title.name] ?? null, title)}</b>
                {cards.slice(1, 5).map((name) => {
                  const field = fieldAt(metadata, entity, name);
                  return field ? <span key={name} className="small second cut"><Cell field={field} value={row[name] ?? null} /></span> : null;
                })}
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}

function Days({ entity, view, rows }: { entity: Entity; view: Doc; rows: readonly RecordData[] }) {
  const start = String(view["start"] ?? "");
  const title = entity.fields.find((field) => field.name === view["title"]) ?? titled(entity);
  if (!start) return <Empty picture="board" title={t("view.no_start")} />;
  const days = new Map<string, RecordData[]>();
  for (const row of rows) {
    const day = String(row[start] ?? "").slice(0, 10);
    if (day) days.set(day, [...(days.get(day) ?? []), row]);
  }
  return (
    <div className="panel preview-days">
      {[...days].sort().slice(0, 30).map(([day, list]) => (
        <div key={day} className="line"><span className="tabular second">{new Date(`${day}T12:00:00`).toLocaleDateString(i18n.language, { year: "numeric", month: "short", day: "numeric" })}</span><span className="tags wrap">{list.slice(0, 8).map((row) => <Tag key={row.id} color="teal">{title ? fieldKind(title.type).text(row[title.name] ?? null, title) : String(row.id)}</Tag>)}</span></div>
      ))}
      {!days.size && <Empty picture="search" title={t("view.none_match")} />}
    </div>
  );
}

function Bars({ entity, view, rows }: { entity: Entity; view: Doc; rows: readonly RecordData[] }) {
  const [start, end] = [String(view["start"] ?? ""), String(view["end"] ?? "")];
  const title = entity.fields.find((field) => field.name === view["title"]) ?? titled(entity);
  if (!start) return <Empty picture="board" title={t("view.no_start")} />;
  const dated = rows.flatMap((row) => {
    const first = Date.parse(String(row[start] ?? "").slice(0, 10));
    const last = Date.parse(String(row[end] ?? row[start] ?? "").slice(0, 10));
    return Number.isNaN(first) ? [] : [{ row, first, last: Math.max(first, Number.isNaN(last) ? first : last) }];
  }).slice(0, 24);
  if (!dated.length) return <Empty picture="search" title={t("view.none_match")} />;
  const low = Math.min(...dated.map((item) => item.first));
  const whole = Math.max(...dated.map((item) => item.last)) - low + 86400000;
  return (
    <div className="panel preview-bars">
      {dated.map(({ row, first, last }) => (
        <div key={row.id} className="preview-bar-row"><span className="cut small">{title ? fieldKind(title.type).text(row[title.name] ?? null, title) : String(row.id)}</span><span className="preview-bar-room"><span className="preview-bar" style={{ left: `${((first - low) / whole) * 100}%`, width: `${Math.max(1, ((last - first + 86400000) / whole) * 100)}%` }} /></span></div>
      ))}
    </div>
  );
}
