/** What a run found: how many in each pair of grades, where the cuts lie, and who moved since the run before. */
import { ArrowRight } from "lucide-react";
import { date, instant, number, short } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { field as fieldAt } from "../../kernel/metadata";
import type { Entity, Metadata } from "../../kernel/types";

type Score = number | string | null;

export interface Found {
  next: string | null;
  watched: string[];
  as_of: string | null;
  runs: { id: number; at: string; seconds: number; moved: number; graded: number | null }[];
  findings: {
    until: string;
    graded: number;
    cuts: { [word: string]: number[] };
    grid: { r: number; f: number; count: number; sum: number }[];
    moves: { [field: string]: [Score, Score, number][] };
  } | null;
}

const most = 6;

export function Findings({ found, metadata, entity }: { found: Found; metadata: Metadata; entity: Entity }) {
  const { findings, runs } = found;
  if (!findings) return null;
  const grades = (pickOf: (cell: { r: number; f: number }) => number, cuts: number[] | undefined) => Math.max(cuts ? cuts.length + 1 : 1, ...findings.grid.map(pickOf));
  const rs = grades((cell) => cell.r, findings.cuts["days"]);
  const fs = grades((cell) => cell.f, findings.cuts["times"]);
  const cell = (r: number, f: number) => findings.grid.find((item) => item.r === r && item.f === f);
  const top = Math.max(1, ...findings.grid.map((item) => item.count));
  const before = runs[1];
  const moves = Object.entries(findings.moves).filter(([, list]) => list.length);
  return (
    <>
      <section className="panel" aria-label={t("analysis.picture")}>
        <h3>{t("analysis.picture")}<span className="small third">{t("analysis.as_of", { when: instant(found.as_of), until: date(findings.until), count: number(findings.graded) })}</span></h3>
        <table className="analysis-grid">
          <thead><tr><td className="side">{""}</td>{Array.from({ length: fs }, (_, at) => <th key={at} scope="col">{t("analysis.often", { grade: at + 1 })}</th>)}</tr></thead>
          <tbody>
            {Array.from({ length: rs }, (_, at) => rs - at).map((r) => (
              <tr key={r}>
                <th scope="row" className="side">{t("analysis.lately", { grade: r })}</th>
                {Array.from({ length: fs }, (_, at) => at + 1).map((f) => {
                  const one = cell(r, f);
                  const weight = one ? 0.1 + 0.75 * Math.sqrt(one.count / top) : 0;
                  return (
                    <td key={f} title={one ? t("analysis.cell", { count: number(one.count), sum: number(one.sum) }) : undefined} style={one ? { background: `color-mix(in srgb, var(--accent) ${Math.round(weight * 100)}%, var(--card))`, color: weight > 0.7 ? "#fff" : undefined } : undefined}>
                      {one ? <>{number(one.count)}{findings.cuts["sum"] && <small>{short(one.sum)}</small>}</> : ""}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
        <div className="analysis-cuts">
          {(["days", "times", "sum"] as const).filter((word) => findings.cuts[word]?.length).map((word) => <div key={word}><span className="small third">{t(`analysis.cut_${word}`)}</span><span className="tabular">{findings.cuts[word]!.map((cut) => number(cut)).join(" / ")}</span></div>)}
        </div>
      </section>
      <section className="panel" aria-label={t("analysis.moves")}>
        <h3>{t("analysis.moves")}<span className="small third">{before ? t("analysis.since", { when: instant(before.at) }) : t("analysis.first_run")}</span></h3>
        {moves.length ? (
          <div className="analysis-moves">
            {moves.map(([name, list]) => (
              <div key={name}>
                <h4 className="small second">{pick(fieldAt(metadata, entity, name)?.label, name)}</h4>
                <ul>
                  {list.slice(0, most).map(([was, is, count]) => (
                    <li key={`${was}-${is}`}><span className="tabular">{said(was)} <ArrowRight size={12} aria-label={t("analysis.to")} /> <b className={rise(was, is)}>{said(is)}</b></span><span className="grow" /><span className="second tabular">{number(count)}</span></li>
                  ))}
                  {list.length > most && <li className="third small">{t("analysis.more_moves", { count: list.length - most })}</li>}
                </ul>
              </div>
            ))}
          </div>
        ) : <p className="help">{t("analysis.no_moves")}</p>}
      </section>
      <section className="panel segment-rows" aria-label={t("analysis.history")}>
        <h3>{t("analysis.history")}</h3>
        <div className="preview-table"><table className="analysis-runs">
          <thead><tr><th>{t("analysis.when")}</th><th className="end">{t("analysis.graded")}</th><th className="end">{t("analysis.moved")}</th><th className="end">{t("analysis.took")}</th></tr></thead>
          <tbody>{runs.map((run) => <tr key={run.id}><td className="tabular">{instant(run.at)}</td><td className="end tabular">{number(run.graded)}</td><td className="end tabular">{number(run.moved)}</td><td className="end tabular">{t("analysis.seconds", { count: number(Math.max(0.1, run.seconds), 1) })}</td></tr>)}</tbody>
        </table></div>
      </section>
    </>
  );
}

const said = (score: Score) => (score === null ? t("say.blank") : String(score));
const rise = (was: Score, is: Score) => (typeof is !== "number" ? "" : is > Number(was ?? 0) ? "analysis-up" : "analysis-down");
