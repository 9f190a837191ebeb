/** Who would be in a segment as it is drafted: how many, and some of them, a moment after each change. */
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { post, Problem } from "../../kernel/api";
import { number } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Entity, Metadata, RecordData } from "../../kernel/types";
import { Bone, Picture, told } from "../../kit/parts";
import { useBook, useDesign } from "../context";
import type { Doc } from "../draft";
import { list } from "../shape";
import { Rows } from "./Rows";

interface Found {
  count: number | null;
  items: RecordData[];
  fields: string[];
}

const pause = 350;

export function Preview({ segment, metadata, entity }: { segment: Doc; metadata: Metadata; entity: Entity }) {
  const { app } = useDesign();
  const book = useBook();
  const bare = (doc: Doc) => Object.fromEntries(Object.entries(doc).filter(([key]) => key !== "id"));
  const said = JSON.stringify({ segment: bare(segment), others: list(book, "segment").map(([, doc]) => bare(doc)).filter((doc) => doc["name"] !== segment["name"]) });
  const [asked, setAsked] = useState(said);
  useEffect(() => {
    const timer = window.setTimeout(() => setAsked(said), pause);
    return () => window.clearTimeout(timer);
  }, [said]);
  const blank = !String(segment["condition"] ?? "").trim();
  const answer = useQuery({ queryKey: ["segment-preview", app, asked], enabled: !blank, retry: 0, staleTime: 30_000, placeholderData: (before) => before, queryFn: () => post<Found>(`designer/${app}/preview/segment`, JSON.parse(asked)) });
  if (blank) return <section className="panel segment-preview" aria-label={t("segment.preview")}><div className="tile-none figure-none"><Picture of="search" /><span className="second">{t("segment.blank")}</span></div></section>;
  const waits = answer.isFetching || asked !== said;
  const found = answer.data;
  return (
    <section className="panel segment-preview" aria-label={t("segment.preview")}>
      <header className="segment-count" aria-live="polite">
        {answer.isError ? <span className="wrong">{answer.error instanceof Problem && answer.error.issues[0] ? words(answer.error.issues[0]) : told(answer.error).detail || told(answer.error).title}</span> : found ? <><b className={`tabular ${waits ? "third" : ""}`}>{number(found.count ?? 0)}</b><span className="second">{t("segment.would_be", { name: t("segment.records") })}</span></> : <Bone width={120} height={26} />}
      </header>
      {!answer.isError && found && (found.items.length ? <><h4 className="small third">{t("segment.sample", { count: found.items.length })}</h4><Rows {...{ metadata, entity }} fields={found.fields} items={found.items} /></> : <p className="help segment-none">{t("segment.nobody")}</p>)}
    </section>
  );
}
