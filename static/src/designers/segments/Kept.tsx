/** A published segment as it is kept: who is in it since when, who came and went, and whether it is right. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { RefreshCw, ShieldCheck, TriangleAlert } from "lucide-react";
import { useCallback, useState } from "react";
import { get, post } from "../../kernel/api";
import { instant, number } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import type { Entity, Job, Metadata, RecordData } from "../../kernel/types";
import { Bones, Empty, Failed } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { useDesign } from "../context";
import { useWatched } from "./useWatched";
import { Rows } from "./Rows";

interface State {
  ready: boolean;
  count: number;
  as_of: string | null;
  daily?: boolean;
  looked_at?: string;
  checked?: { at: string; missing: number; extra: number; pending: number } | null;
  days: { day: string; entered: number; left: number }[];
}

interface Page {
  items: (RecordData & { since: string })[];
  fields: string[];
  next: string | null;
}

export function Kept({ id, metadata, entity }: { id: string; metadata: Metadata; entity: Entity }) {
  const { app } = useDesign();
  const toast = useToast();
  const [job, setJob] = useState<string | null>(null);
  const state = useQuery({ queryKey: ["segment", app, id], staleTime: 0, retry: 0, refetchInterval: ({ state: { data } }) => (data && !data.ready ? 1500 : 20_000), queryFn: () => get<State>(`designer/${app}/segments/${id}`) });
  const records = useInfiniteQuery({ queryKey: ["segment-records", app, id], staleTime: 0, retry: 0, enabled: !!state.data, initialPageParam: "", getNextPageParam: (page: Page) => page.next ?? undefined, queryFn: ({ pageParam }) => get<Page>(`designer/${app}/segments/${id}/records`, pageParam ? { after: pageParam } : {}) });
  const ended = useCallback((done: Job) => {
    setJob(null);
    void state.refetch();
    void records.refetch();
    if (done.state === "failed") toast.say(t("segment.check_failed"));
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  useWatched(job, ended);
  const check = async () => {
    try {
      setJob((await post<{ job: string }>(`designer/${app}/segments/${id}/check`, {})).job);
    } catch (error) {
      toast.failed(error);
    }
  };
  if (state.isError) return <Failed error={state.error} retry={() => void state.refetch()} />;
  if (!state.data) return <Bones rows={4} />;
  const { data } = state;
  const pages = records.data?.pages ?? [];
  const items = pages.flatMap((page) => page.items);
  const drifted = data.checked ? data.checked.missing + data.checked.extra : 0;
  return (
    <>
      <section className="panel segment-kept" aria-label={t("segment.kept")}>
        <header className="line">
          <h3 className="grow">{t("segment.kept")}</h3>
          <Button size="small" icon={<RefreshCw size={13} />} loading={!!job} onClick={() => void check()}>{t("segment.check")}</Button>
        </header>
        <div className="segment-facts">
          <div><span className="small third">{t("segment.held")}</span><b className="tabular">{data.ready ? number(data.count) : t("segment.counting")}</b></div>
          <div><span className="small third">{t("segment.as_of")}</span><b className="tabular">{data.as_of ? instant(data.as_of) : "—"}</b>{data.daily && data.looked_at && <span className="small second">{t("segment.by_day", { when: instant(data.looked_at) })}</span>}</div>
          <div><span className="small third">{t("segment.checked")}</span>{data.checked ? <b className={drifted ? "wrong" : ""}>{drifted ? <TriangleAlert size={14} aria-hidden /> : <ShieldCheck size={14} aria-hidden />} {drifted ? t("segment.repaired", { count: drifted }) : t("segment.right")}</b> : <b className="third">{t("segment.never_checked")}</b>}{data.checked && <span className="small second tabular">{instant(data.checked.at)}{data.checked.pending ? ` · ${t("segment.pending", { count: data.checked.pending })}` : ""}</span>}</div>
        </div>
        <Moves days={data.days} />
      </section>
      <section className="panel segment-who" aria-label={t("segment.who")}>
        <h3>{t("segment.who")}</h3>
        {records.isError ? <Failed error={records.error} retry={() => void records.refetch()} /> : !records.data ? <Bones rows={3} /> : items.length ? <Rows {...{ metadata, entity, items }} fields={pages[0]!.fields} /> : <Empty picture="search" title={t("segment.nobody")} />}
        {records.hasNextPage && <Button size="small" type="text" loading={records.isFetchingNextPage} onClick={() => void records.fetchNextPage()}>{t("segment.more")}</Button>}
      </section>
    </>
  );
}

/** Who came above the line, who went below it, thirty days beside each other. */
function Moves({ days }: { days: State["days"] }) {
  const most = Math.max(1, ...days.flatMap((day) => [day.entered, day.left]));
  const any = days.some((day) => day.entered || day.left);
  const came = days.reduce((sum, day) => sum + day.entered, 0);
  const went = days.reduce((sum, day) => sum + day.left, 0);
  return (
    <figure className="segment-moves" aria-label={t("segment.moves_told", { came: number(came), went: number(went) })}>
      <figcaption className="small second"><span>{t("segment.moves")}</span><span className="segment-came">{t("segment.came", { count: came })}</span><span className="segment-went">{t("segment.went", { count: went })}</span></figcaption>
      {any ? (
        <div className="segment-bars">
          {days.map((day) => (
            <div key={day.day} className="segment-bar" title={`${day.day}  +${day.entered}  −${day.left}`}>
              <span><i className="came" style={{ height: `${(day.entered / most) * 100}%` }} /></span>
              <span><i className="went" style={{ height: `${(day.left / most) * 100}%` }} /></span>
            </div>
          ))}
        </div>
      ) : <p className="help">{t("segment.no_moves")}</p>}
    </figure>
  );
}
