/** How a measured value is made: the question in words, its window and time, and the rows behind it. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Drawer } from "antd";
import { Gauge, Lock, RefreshCw } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { get, post } from "../../kernel/api";
import { date, fullInstant, instant, number } from "../../kernel/format";
import { extend, pick, t } from "../../kernel/i18n";
import type { Field, Label, Value } from "../../kernel/types";
import { MeasureMade, type Made } from "../../kit/charts/made";
import { resulting } from "../../kit/derived";
import { fieldKind, isBlank } from "../../kit/fields";
import { usePhone } from "../../kit/look";
import { Bones, Failed } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { link } from "../links";
import { client } from "../session";

await extend("reports");
await extend("measures");

interface Told {
  message: string;
  hint: string;
}

interface Answered {
  state: "live" | "settled" | "frozen";
  as_of: string | null;
  taken_at: string | null;
  by: string | null;
  failed: Told[];
  lacks: Told | null;
  question: { label: Label; dataset: { label: Label }; entity: { label: Label }; measure: { label: Label }; time: { label: Label } | null; first: string | null; last: string | null; bindings: { label: Label; value: Label | null }[] } | null;
  measure: Made | null;
  rows: { entity: string; label: Label; columns: { label: Label; type: string }[]; items: { id: number; name: string; cells: Value[] }[]; total: number; partial: boolean; kept?: number; kept_of?: number | null; next: number | null } | null;
}

/** A cell by the type its expression has. */
function shown(value: Value, type: string) {
  if (isBlank(value)) return <span className="third">—</span>;
  if (type === "date") return date(String(value));
  if (type === "datetime") return instant(String(value));
  if (type === "boolean") return t(value ? "measured.yes" : "measured.no");
  return type.startsWith("number") ? number(Number(value), Number(type.split(":")[1] ?? 0)) : String(value);
}

export default function Measured({ app, entity, id, field, value, version, close }: { app: string; entity: string; id: number; field: Field; value: Value | undefined; version: number; close: () => void }) {
  const phone = usePhone();
  const toast = useToast();
  const [working, setWorking] = useState(false);
  const path = `records/${app}/${entity}/${id}/measures`;
  const answer = useInfiniteQuery({
    queryKey: ["measured", app, entity, id, field.name, version, JSON.stringify(value)],
    initialPageParam: 0, staleTime: 0,
    queryFn: ({ pageParam, signal }) => get<Answered>(`${path}/${field.name}`, pageParam ? { after: String(pageParam) } : {}, signal),
    getNextPageParam: (last) => last.rows?.next ?? undefined,
  });
  const told = answer.data?.pages[0];
  const rows = told?.rows;
  const items = answer.data?.pages.flatMap((page) => page.rows?.items ?? []) ?? [];
  const now = async () => {
    setWorking(true);
    try {
      await post(path, {});
      await Promise.all([client.invalidateQueries({ queryKey: ["record", app] }), client.invalidateQueries({ queryKey: ["measures", app] }), answer.refetch()]);
    } catch (error) {
      toast.failed(error);
    } finally {
      setWorking(false);
    }
  };
  const still = told && told.state !== "live";
  const text = isBlank(value) ? "—" : fieldKind(resulting(field).type).text(value ?? null, resulting(field));
  return (
    <Drawer open onClose={close} size={phone ? "100%" : 560} title={pick(field.label, field.name)} {...(told?.state === "live" ? { extra: <Button size="small" type="text" icon={<RefreshCw size={14} />} loading={working} onClick={() => void now()}>{t("measured.now")}</Button> } : {})}>
      {answer.isError ? <Failed error={answer.error} retry={() => void answer.refetch()} /> : !told ? <Bones rows={7} /> : (
        <div className="measured">
          <div className="measured-value">{text}</div>
          <p className="second line measured-time">
            {still ? <Lock size={14} aria-hidden /> : <Gauge size={14} aria-hidden />}
            {told.state === "frozen" ? <span title={fullInstant(told.taken_at ?? "")}>{told.by ? t("measured.frozen_by", { when: instant(told.taken_at ?? ""), who: told.by }) : t("measured.frozen_at", { when: instant(told.taken_at ?? "") })}</span>
              : told.state === "settled" ? <span title={fullInstant(told.taken_at ?? "")}>{t("measured.settled_at", { when: instant(told.taken_at ?? "") })}</span>
              : told.as_of ? <span title={fullInstant(told.as_of)}>{t("measured.as_of_kept", { when: instant(told.as_of) })}</span> : t("measured.soon")}
          </p>
          {told.lacks && <div className="measured-note"><b>{told.lacks.message}</b>{told.lacks.hint && <div className="second">{told.lacks.hint}</div>}</div>}
          {told.failed.map((one) => <div key={one.message} className="measured-note wrong"><b>{one.message}</b>{one.hint && <div>{one.hint}</div>}</div>)}
          {told.question && (
            <>
              <h4>{t("measured.question")}</h4>
              <dl className="measured-facts">
                <dt>{t("measured.measure")}</dt><dd>{pick(told.question.measure.label)} <span className="second">· {pick(told.question.dataset.label)}</span></dd>
                {told.question.time && <><dt>{pick(told.question.time.label)}</dt><dd>{told.question.first || told.question.last ? `${told.question.first ? date(told.question.first) : "…"} – ${told.question.last ? date(told.question.last) : "…"}` : t("measured.always")}</dd></>}
                {told.question.bindings.map((one) => <FactRow key={pick(one.label)} label={one.label} value={one.value === null ? t("measured.unseen") : pick(one.value)} />)}
              </dl>
              {told.measure && <ul className="explained">{<MeasureMade made={told.measure} />}</ul>}
            </>
          )}
          {told.question && (
            <>
              <h4>{rows ? t("measured.rows", { count: rows.total, what: pick(rows.label) }) : t("measured.rows_unseen", { what: pick(told.question.entity.label) })}</h4>
              {rows?.partial && <p className="help">{t("measured.partial")}</p>}
              {rows?.kept_of && rows.kept !== undefined && rows.kept < rows.kept_of && <p className="help">{t("measured.kept_some", { kept: rows.kept, total: rows.kept_of })}</p>}
              {rows && items.length > 0 && (
                <div className="behind measured-rows">
                  <table>
                    <thead><tr><th>{pick(rows.label)}</th>{rows.columns.map((column, at) => <th key={at} className={column.type.startsWith("number") ? "end" : ""}>{pick(column.label)}</th>)}</tr></thead>
                    <tbody>
                      {items.map((row) => (
                        <tr key={row.id}>
                          <td><Link to={link.record(rows.entity.split(".")[0]!, rows.entity.split(".")[1]!, row.id)}>{row.name || `#${row.id}`}</Link></td>
                          {row.cells.map((cell, at) => <td key={at} className={rows.columns[at]?.type.startsWith("number") ? "end number" : ""}>{shown(cell, rows.columns[at]?.type ?? "")}</td>)}
                        </tr>
                      ))}
                    </tbody>
                  </table>
                  {answer.hasNextPage && <Button block type="text" loading={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>{t("reports.more_records")}</Button>}
                </div>
              )}
            </>
          )}
        </div>
      )}
    </Drawer>
  );
}

const FactRow = ({ label, value }: { label: Label; value: string }) => <><dt>{pick(label)}</dt><dd>{value}</dd></>;
