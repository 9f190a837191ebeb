/** A decision table: the grid, what is wrong with it, a try, its tests; published and given away as DMN. */
import { useQuery } from "@tanstack/react-query";
import { Button, Switch } from "antd";
import { AlertTriangle, CircleAlert, PanelRight } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { post } from "../../kernel/api";
import { counted as written, number } from "../../kernel/format";
import { language, pick, t } from "../../kernel/i18n";
import { words as toldWords } from "../../kernel/issues";
import { Empty } from "../../kit/parts";
import { useBook, useDesign, useStatus } from "../context";
import type { Placed } from "../draft";
import { InlineText } from "../shell/InlineText";
import { labelOf, relabelled } from "../shape";
import { Deeds, inputsOf, outputsOf, rowsOf } from "./deeds";
import { Exchange } from "./Exchange";
import { Grid, type Seen } from "./Grid";
import { ColumnSettings, TableSettings } from "./Settings";
import { bare, reason, Trying, useCalm } from "./Trying";
import { useColumns } from "./words";

interface Counted {
  total: number;
  capped: boolean;
  none: number;
  several: number;
  rows: { [row: string]: number };
}

export default function DecisionDesigner({ id }: { id: string }) {
  const { app, draft, part } = useDesign();
  const book = useBook();
  const status = useStatus();
  const table = book["decision_table"]![id]!;
  const rows = rowsOf(table);
  const used = rows.some((row) => row.since || row.until);
  const [days, setDays] = useState(used);
  const [chosen, setChosen] = useState("");
  const [side, setSide] = useState(false);
  const [seen, setSeen] = useState<Seen | null>(null);
  const [counting, setCounting] = useState(false);
  const [place, setPlace] = useState(part);
  const known = useColumns(table, days || used);
  const deeds = useMemo(() => new Deeds(draft, id), [draft, id]);
  useEffect(() => {
    setPlace(part);
    for (const [sort, list] of [["when", inputsOf(table)], ["then", outputsOf(table)]] as const) if (list.some((item) => item.id === part)) setChosen(`${sort}:${part}`);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [part]);
  const issues = status.issues.filter((issue) => issue.kind === "decision_table" && issue.id === id);
  const broken = issues.some((issue) => issue.severity === "error" && issue.path[0] !== "tests");
  const text = useCalm(bare(table));
  const counted = useQuery({ queryKey: ["decision-count", app, text], enabled: counting && !broken && !!known.entity, retry: 0, staleTime: 20_000, placeholderData: (before) => before, queryFn: () => post<Counted>(`designer/${app}/decisions/count`, { table: JSON.parse(text) }) });
  const counts = counting && counted.data && !broken ? { ...counted.data.rows, "": counted.data.none } : null;
  const column = known.columns.find((item) => `${item.part}:${item.id}` === chosen);
  const policy = String(table["hit_policy"] ?? "unique");
  const choose = (next: string) => {
    setChosen(next === chosen ? "" : next);
    setSide(true);
  };
  const add = (sort: "when" | "then") => {
    const made = sort === "when" ? deeds.addInput("", "") : deeds.addOutput(t("decision.result", { number: outputsOf(table).length + 1 }));
    setChosen(`${sort}:${made}`);
    setSide(true);
  };
  if (table["entity"] && !known.entity) return <Empty picture="broken" title={t("facts.entity_gone")} hint={t("form.entity_gone_hint")} />;
  return (
    <div className={`decision-designer ${side ? "side-settings" : ""}`}>
      <div className="designer-page decision-page">
        <header className="data-head decision-top">
          <div className="grow">
            <InlineText once className="data-name" value={pick(labelOf(table))} label={t("form.rename")} onChange={(said) => deeds.run({ label: relabelled(labelOf(table), language(), said) as never }, "design.step_rename")} />
            <div className="second small">{known.entity ? t("decision.about", { what: pick(known.entity.label) }) : t("decision.about_values")}{t("decision.colon")}<button type="button" className="plain link" onClick={() => { setChosen(""); setSide(true); }}>{t(`decision.policy_${policy}`)}{policy === "collect" ? ` · ${t(`decision.aggregation_${String(table["aggregation"] ?? "list")}`)}` : ""}</button></div>
          </div>
          <button type="button" className="icon-button only-small" aria-label={t("form.settings")} aria-pressed={side} onClick={() => setSide(!side)}><PanelRight size={17} /></button>
        </header>
        <div className="decision-tools">
          {known.entity && <label className="decision-switch"><Switch size="small" checked={counting} aria-label={t("decision.count")} onChange={setCounting} />{t("decision.count")}</label>}
          <label className="decision-switch"><Switch size="small" checked={days || used} disabled={used} aria-label={t("decision.days")} onChange={setDays} />{t("decision.days")}</label>
          <span className="grow" />
          <Exchange id={id} table={table} />
        </div>
        {counting && (counted.isError ? <p className="wrong small" role="alert">{reason(counted.error)}</p> : counts && <p className="small second" aria-live="polite">{t("decision.counted", { total: written(counted.data!.total, counted.data!.capped), none: number(counted.data!.none) })}{counted.data!.several > 0 && !["first", "priority"].includes(policy) ? t("decision.counted_several", { several: number(counted.data!.several) }) : ""}</p>)}
        <Grid key={id} {...{ table, known, deeds, issues, seen, counts, chosen, choose, add }} part={place} />
        <Strip issues={issues} known={known} rows={rows.map((row) => row.id)} go={(row, at) => {
          setPlace("");
          window.setTimeout(() => setPlace(row));
          if (at) setChosen(at);
        }} />
        <Trying key={`try ${id}`} {...{ table, known, deeds, issues, broken }} onSeen={setSeen} />
      </div>
      <aside className="form-settings" aria-label={t("form.settings")}>
        <Button className="only-small decision-close" size="small" onClick={() => setSide(false)}>{t("decision.close")}</Button>
        {column && column.part !== "row" ? <ColumnSettings key={chosen} {...{ table, column, known, deeds, issues }} leave={() => setChosen("")} /> : <TableSettings {...{ table, deeds, issues }} />}
      </aside>
    </div>
  );
}

/** What is found, one line each with its place; a click goes there. Tests tell theirs where they stand. */
function Strip({ issues, known, rows, go }: { issues: readonly Placed[]; known: ReturnType<typeof useColumns>; rows: readonly string[]; go: (row: string, column: string) => void }) {
  const shown = issues.filter((issue) => issue.path[0] !== "tests");
  if (!shown.length) return null;
  const place = (issue: Placed) => {
    const [head, id, part, key] = issue.path.map(String);
    const row = head === "rows" ? rows.indexOf(id ?? "") + 1 : 0;
    const column = known.columns.find((item) => (head === "rows" ? item.part === part && item.id === key : (head === "inputs" ? item.part === "when" : head === "outputs" && item.part === "then") && item.id === id));
    return [row ? t("decision.row_number", { number: row }) : "", column?.label ?? ""].filter(Boolean).join(" · ");
  };
  return (
    <ul className="decision-strip" aria-label={t("decision.findings")}>
      {shown.map((issue, at) => (
        <li key={at}>
          <button type="button" className="plain design-issue" onClick={() => go(issue.path[0] === "rows" ? String(issue.path[1] ?? "") : "", issue.path[0] === "inputs" ? `when:${String(issue.path[1])}` : issue.path[0] === "outputs" ? `then:${String(issue.path[1])}` : "")}>
            {issue.severity === "error" ? <CircleAlert size={14} className="bad" aria-hidden /> : <AlertTriangle size={14} className={issue.severity === "warning" ? "warn" : "third"} aria-hidden />}
            {place(issue) && <span className="design-issue-place cut">{place(issue)}</span>}
            <span className="grow">{toldWords(issue)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}
