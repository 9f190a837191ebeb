/** The records behind a figure, each a way to its page; more come as one reads on. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { Link } from "react-router";
import { post } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import { entityOf } from "../../kernel/metadata";
import type { Entity, RecordData, ReportDefinition, Values } from "../../kernel/types";
import { effective } from "../../kit/derived";
import { fieldKind } from "../../kit/fields";
import { Bones, Empty, Failed } from "../../kit/parts";
import { link } from "../links";
import { useMetadata } from "../session";

interface Props {
  app: string;
  entity: string;
  report: ReportDefinition;
  filters: Values;
  title: string;
  close: () => void;
}

interface Answered {
  total: number;
  items: RecordData[];
  next: number | null;
}

/** What a list of the entity shows, else its first fields. */
function columns(entity: Entity, views: Record<string, { entity: string; columns?: { field: string }[] }>): string[] {
  const plain = (name: string) => entity.fields.some((field) => field.name === name && !["lines", "rich_text", "long_text"].includes(field.type));
  const lists = Object.values(views).filter((item) => item.entity === entity.name).map((item) => (item.columns ?? []).map((column) => column.field).filter(plain));
  const longest = lists.reduce((best, list) => (list.length > best.length ? list : best), [] as string[]);
  return [...new Set([...longest, ...(longest.length < 4 ? entity.fields.map((field) => field.name).filter(plain) : [])])].slice(0, 7);
}

export default function Behind({ app, entity: name, report, filters, title, close }: Props) {
  const metadata = useMetadata(app);
  const entity = metadata.data && entityOf(metadata.data, name);
  const fields = entity ? columns(entity, metadata.data!.views as never) : [];
  const answer = useInfiniteQuery({
    queryKey: ["behind", app, JSON.stringify(report), JSON.stringify(filters), fields.join()],
    enabled: !!entity,
    initialPageParam: 0,
    queryFn: ({ pageParam }) => post<Answered>(`reports/${app}/records`, { report, filters, fields, after: pageParam }),
    getNextPageParam: (last) => last.next,
  });
  const rows = answer.data?.pages.flatMap((page) => page.items) ?? [];
  const total = answer.data?.pages[0]?.total ?? 0;
  return (
    <Modal open footer={null} width="min(1080px, 94vw)" title={<span>{title} <span className="second small" style={{ fontWeight: 400 }}>{answer.data ? t("reports.records_count", { count: total }) : ""}</span></span>} onCancel={close} destroyOnHidden>
      {answer.isError ? <Failed error={answer.error} retry={() => void answer.refetch()} /> : !entity || !answer.data ? <Bones rows={6} /> : !rows.length ? <Empty picture="search" title={t("reports.nothing")} /> : (
        <div className="behind">
          <table>
            <thead><tr>{fields.map((field) => <th key={field} className={effective(entity.fields.find((item) => item.name === field)!)[0].align === "end" ? "end" : ""}>{pick(entity.fields.find((item) => item.name === field)?.label)}</th>)}</tr></thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.id}>
                  {fields.map((field, at) => {
                    const known = entity.fields.find((item) => item.name === field)!;
                    const [kind] = effective(known);
                    const Shown = fieldKind(known.type).Cell;
                    const inner = <Shown value={row[field] ?? null} field={known} />;
                    return <td key={field} className={kind.align === "end" ? "end" : ""}>{at === 0 ? <Link to={link.record(app, entity.name, row.id)} onClick={close}>{row[field] === null || row[field] === "" ? `#${row.id}` : inner}</Link> : inner}</td>;
                  })}
                </tr>
              ))}
            </tbody>
          </table>
          {answer.hasNextPage && <Button block type="text" loading={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>{t("reports.more_records")}</Button>}
        </div>
      )}
    </Modal>
  );
}
