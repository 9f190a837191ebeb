/** One tile: its question, the answer drawn, and as of when; a press leads further down, to the records, or narrows the board. */
import { useQuery } from "@tanstack/react-query";
import { Dropdown, Modal, Popover, type MenuProps } from "antd";
import { ChevronRight, CircleAlert, Download, Ellipsis, FileSpreadsheet, Image as PictureIcon, Info, List, RefreshCw, Table2 } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { ask, fileOf } from "../../kernel/api";
import { clock, fullInstant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { DatasetFacts, ReportDefinition, Tile, TileResult, Values } from "../../kernel/types";
import { Chart, notesOf } from "../../kit/charts/Chart";
import type { At, Pressed } from "../../kit/charts/contract";
import { Explained } from "../../kit/charts/Explained";
import { Bone, Picture, told } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import "../../kinds/charts/index";
import { filtersOf, narrowed, placeOf, stepped, ways, type Step } from "./drill";
import { keep, picture } from "./picture";

const Plot = lazy(() => import("./Plot"));
const Behind = lazy(() => import("./Behind"));

interface Props {
  app?: string;
  /** The address that answers: a tile of a board, or a report by itself. */
  path: string;
  tile: Pick<Tile, "title" | "chart">;
  /** As the address takes them. */
  filters: Values;
  report?: ReportDefinition | undefined;
  facts?: DatasetFacts | undefined;
  /** By dimension, as a report given with the question takes them. */
  narrowing?: Values;
  onCross?: ((at: At[]) => void) | undefined;
  onMoment?: (moment: string) => void;
  fresh?: number | undefined;
}

export function TileView({ app = "", path, tile, filters, report, facts, narrowing = {}, onCross, onMoment, fresh }: Props) {
  const [rows, setRows] = useState(false);
  const [steps, setSteps] = useState<Step[]>([]);
  const [menu, setMenu] = useState<{ x: number; y: number; pressed: Pressed } | null>(null);
  const [behind, setBehind] = useState<{ filters: Values; title: string; measure?: string | undefined } | null>(null);
  const [explaining, setExplaining] = useState(false);
  const pointer = useRef({ x: 0, y: 0 });
  const box = useRef<HTMLElement>(null);
  const toast = useToast();
  const now = report && stepped(report, steps);
  const all = filtersOf(narrowing, steps);
  const inline = report && steps.length > 0 ? { report: now, filters: all } : null;
  const answer = useQuery({
    queryKey: ["tile", inline ? `reports/${app}/query` : path, JSON.stringify(inline ?? filters)],
    queryFn: async ({ signal }) => (await ask<TileResult>("POST", inline ? `reports/${app}/query` : path, { body: inline ?? { filters }, signal })).data,
    placeholderData: (before) => before,
    ...(fresh ? { refetchInterval: fresh } : {}),
  });
  const title = pick(tile.title);
  const moment = answer.data?.as_of;
  useEffect(() => {
    if (moment) onMoment?.(moment);
  }, [moment, onMoment]);
  const result = answer.data && rows ? { ...answer.data, chart: "table" } : answer.data;
  const notes = notesOf(result);
  const drawn = !!answer.data && answer.data.chart !== "table";
  const file = async (format: "xlsx" | "csv") => {
    try {
      keep(await fileOf(`reports/${app}/export`, { report: now, filters: all, format, title }), `${title}.${format}`);
    } catch (error) {
      toast.failed(error);
    }
  };
  const shoot = () => void (box.current ? picture(box.current).then((blob) => keep(blob, `${title}.png`)).catch((error: unknown) => toast.failed(error)) : undefined);
  const items: MenuProps["items"] = [
    ...(drawn ? [{ key: "rows", icon: <Table2 size={15} />, label: t(rows ? "board.as_figure" : "board.as_table"), onClick: () => setRows(!rows) }] : []),
    ...(report ? [{ key: "explain", icon: <Info size={15} />, label: t("reports.explain"), onClick: () => setExplaining(true) }] : []),
    ...(report && facts?.records ? [{ key: "records", icon: <List size={15} />, label: t("reports.records"), onClick: () => setBehind({ filters: all, title }) }] : []),
    { key: "again", icon: <RefreshCw size={15} />, label: t("board.reload"), onClick: () => void answer.refetch() },
    ...(result && report ? [
      { type: "divider" as const },
      { key: "xlsx", icon: <FileSpreadsheet size={15} />, label: t("reports.xlsx"), onClick: () => void file("xlsx") },
      { key: "csv", icon: <Download size={15} />, label: t("board.csv"), onClick: () => void file("csv") },
      { key: "png", icon: <PictureIcon size={15} />, label: t("reports.png"), onClick: shoot },
    ] : []),
  ];
  const press = (pressed: Pressed) => {
    const area = document.activeElement?.getBoundingClientRect();
    const { x, y } = pointer.current.x ? pointer.current : { x: area?.x ?? 0, y: area?.bottom ?? 0 };
    setMenu({ x, y, pressed });
  };
  const further = (pressed: Pressed): MenuProps["items"] => {
    const { down, others } = ways(facts, pressed, now?.rows ?? []);
    const place = placeOf(pressed);
    const go = (axis: (typeof down)[number]["axis"]) => {
      setRows(false);
      setSteps([...steps, { label: place || title, rows: [axis], filters: narrowed(pressed) }]);
    };
    return [
      ...(place ? [{ type: "group" as const, key: "place", label: place }] : []),
      ...(onCross && pressed.at.length && !steps.length ? [{ key: "cross", label: t("reports.cross"), onClick: () => onCross(pressed.at) }] : []),
      ...down.map((way) => ({ key: way.key, label: t("reports.drill", { to: way.label }), onClick: () => go(way.axis) })),
      ...(others.length ? [{ key: "by", label: t("reports.drill_by"), children: others.map((way) => ({ key: way.key, label: way.label, onClick: () => go(way.axis) })) }] : []),
      ...(facts?.records ? [{ key: "records", label: t("reports.records"), onClick: () => setBehind({ filters: { ...all, ...narrowed(pressed) }, title: place || title, measure: pressed.measure }) }] : []),
      { key: "explain", label: t("reports.explain"), onClick: () => setExplaining(true) },
    ];
  };
  const close = () => setMenu(null);
  return (
    <section ref={box} className={`tile ${answer.isPlaceholderData ? "older" : ""}`} aria-label={title} onPointerDownCapture={(event) => (pointer.current = { x: event.clientX, y: event.clientY })} onKeyDownCapture={() => (pointer.current = { x: 0, y: 0 })}>
      <header>
        <h3 className="cut" title={title}>{title}</h3>
        {notes.length > 0 && <Popover trigger={["click", "hover"]} content={<ul className="tile-said">{notes.map((note) => <li key={note}>{note}</li>)}</ul>}><button type="button" className="icon-button tile-note" aria-label={notes.join(" ")}><CircleAlert size={14} /></button></Popover>}
        {result && <time className="tile-time" dateTime={result.as_of} title={t("board.as_of", { when: fullInstant(result.as_of) })}>{clock(result.as_of)}</time>}
        <Dropdown menu={{ items }} trigger={["click"]} placement="bottomRight"><button type="button" data-unpictured className="icon-button tile-menu" aria-label={t("board.menu", { name: title })}><Ellipsis size={16} /></button></Dropdown>
      </header>
      {steps.length > 0 && (
        <nav className="tile-steps" aria-label={t("reports.steps")}>
          <button type="button" className="plain link" onClick={() => setSteps([])}>{t("reports.back_to_all")}</button>
          {steps.map((step, at) => <span key={step.label + String(at)}><ChevronRight size={12} aria-hidden />{at < steps.length - 1 ? <button type="button" className="plain link" onClick={() => setSteps(steps.slice(0, at + 1))}>{step.label}</button> : step.label}</span>)}
        </nav>
      )}
      <div className="tile-body">
        {answer.isError ? (
          <div className="tile-none"><Picture of={told(answer.error).kind === "forbidden" ? "lock" : "broken"} /><b>{told(answer.error).title}</b><span className="small">{told(answer.error).detail}</span><button type="button" className="plain link" onClick={() => void answer.refetch()}>{t("do.retry")}</button></div>
        ) : !result ? (
          <div style={{ padding: 4 }}><Bone width="55%" height={tile.chart === "number" ? 30 : 12} /><Bone width="80%" style={{ marginTop: 16 }} /><Bone width="68%" style={{ marginTop: 12 }} /></div>
        ) : (
          <Chart quiet result={result} label={title} Plot={Plot} config={(steps.length ? {} : (report?.chart ?? {})) as Values} onPress={report ? press : undefined} />
        )}
      </div>
      {menu && (
        <Dropdown open menu={{ items: further(menu.pressed), onClick: close }} trigger={["click"]} onOpenChange={(open) => !open && close()} destroyOnHidden>
          <span className="tile-anchor" style={{ left: menu.x, top: menu.y }} />
        </Dropdown>
      )}
      {behind && report && facts && <Suspense fallback={null}><Behind app={app} entity={facts.entity} report={{ ...report, rows: [], columns: [], color: [], order: [], limit: 0, measures: behind.measure ? [behind.measure] : [], chart: { type: "table" } }} filters={behind.filters} title={behind.title} close={() => setBehind(null)} /></Suspense>}
      {explaining && now && <Modal open footer={null} title={t("reports.explain_title", { name: title })} onCancel={() => setExplaining(false)} width={640} destroyOnHidden><Explained path={`reports/${app}/explain`} body={{ report: now, filters: all }} /></Modal>}
    </section>
  );
}
