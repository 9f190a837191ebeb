/** A board: tiles on twelve columns, the filters they share, and the moment they are true for. */
import { useQuery } from "@tanstack/react-query";
import { Dropdown, Select } from "antd";
import { ChevronDown, Maximize, Minimize, RefreshCw, X } from "lucide-react";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { get } from "../../kernel/api";
import { clock, fullInstant } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { BoardDefinition, BoardFilter, Label, Tile, Value, Values } from "../../kernel/types";
import { useDeeds } from "../../kit/CommandPalette";
import { isBlank, PlaceContext } from "../../kit/fields";
import { narrowing } from "../../kit/charts/cells";
import { offer, offers } from "../../kit/offers";
import type { At } from "../../kit/charts/contract";
import { lendTheme, usePhone } from "../../kit/look";
import { Bone, Empty, Failed } from "../../kit/parts";
import { client, useMetadata } from "../session";
import { Period } from "./Period";
import { TileView } from "./TileView";
import "../view/fields.css";
import "./board.css";

export default function BoardPage() {
  const { app = "", board = "" } = useParams();
  const metadata = useMetadata(app);
  const answer = useQuery({ queryKey: ["board", app, board], queryFn: ({ signal }) => get<BoardDefinition>(`boards/${app}/${board}`, {}, signal) });
  if (answer.isError) return <Failed error={answer.error} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Waiting />;
  const reports: Record<string, { label: Label; chart?: { type?: string } }> = { ...metadata.data?.reports, ...answer.data.reports };
  const tiles = (answer.data.tiles ?? []).map((tile) => ({ ...tile, x: tile.x ?? 0, y: tile.y ?? 0, width: tile.width ?? 4, height: tile.height ?? 4, title: tile.title || reports[tile.report]?.label || "", chart: tile.chart ?? reports[tile.report]?.chart?.type ?? "table" }));
  return <Inside key={`${app}/${board}`} app={app} board={{ ...answer.data, name: board, tiles, filters: answer.data.filters ?? [] }} />;
}

const Waiting = () => (
  <>
    <div className="head"><Bone width={140} height={20} /></div>
    <div className="tiles">{[3, 3, 3, 3, 8, 4].map((width, index) => <div key={index} className="tile" style={{ gridColumn: `span ${width}`, gridRow: `span ${width === 3 ? 3 : 7}` }}><Bone width="40%" /><Bone width="60%" height={26} style={{ marginTop: 14 }} /></div>)}</div>
  </>
);

/** How often a board on a wall looks again. */
const freshly = 60_000;
/** … and one that is live: answers are kept until something is written, so asking again costs little. */
const lively = 3_000;

interface Cross {
  from: string;
  at: At[];
}

/** What the filters narrow the dimensions of a tile's dataset to. */
function reaching(board: BoardDefinition, tile: Tile, filters: Values, cross: Cross | null): Values {
  const found: Values = {};
  for (const filter of board.filters) if (filter.dimension && filters[filter.name] !== undefined && !filter.skips?.includes(tile.id)) found[filter.dimension] = filters[filter.name]!;
  return { ...found, ...crossing(tile, cross) };
}

const crossing = (tile: Tile, cross: Cross | null): Values => (cross && cross.from !== tile.id ? Object.fromEntries(cross.at.map((at) => [at.dimension, narrowing(at)])) : {});

function Inside({ app, board }: { app: string; board: BoardDefinition }) {
  const phone = usePhone();
  const [cross, setCross] = useState<Cross | null>(null);
  const [wall, setWall] = useState(false);
  useEffect(() => {
    const watch = () => setWall(!!document.fullscreenElement);
    document.addEventListener("fullscreenchange", watch);
    return () => document.removeEventListener("fullscreenchange", watch);
  }, []);
  useEffect(() => {
    if (!wall) return;
    lendTheme("dark");
    return () => lendTheme(null);
  }, [wall]);
  const enlarge = useCallback(() => void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()), []);
  const [search, setSearch] = useSearchParams();
  const [moment, setMoment] = useState("");
  const filters = useMemo((): Values => {
    const found: Values = {};
    for (const filter of board.filters) {
      const word = search.get(`f.${filter.name}`);
      const value = word === null ? (filter.default ?? null) : parse(word);
      if (!isBlank(value)) found[filter.name] = value;
    }
    return found;
  }, [board.filters, search]);
  const set = useCallback((name: string, value: Value) => setSearch((old) => {
    const next = new URLSearchParams(old);
    next.set(`f.${name}`, JSON.stringify(value));
    return next;
  }, { replace: true }), [setSearch]);
  const reload = useCallback(() => {
    setMoment("");
    void client.invalidateQueries({ queryKey: ["tile"] });
  }, []);
  const told = useCallback((next: string) => setMoment((old) => (old && old < next ? old : next)), []);
  useDeeds([{ id: "reload", label: t("board.reload"), group: t("palette.here"), keys: "r", run: reload }, { id: "cockpit", label: t("board.full"), group: t("palette.here"), run: enlarge }], [reload, enlarge]);
  const tabs = useMemo(() => (board.tabs ?? []).map((item) => ({ key: item.id ?? item.name, label: item.label })), [board.tabs]);
  const wished = search.get("tab") ?? "";
  const tab = tabs.some((item) => item.key === wished) ? wished : (tabs[0]?.key ?? "");
  const shown = useMemo(() => board.tiles.filter((tile) => !tabs.length || (tabs.some((item) => item.key === tile.tab) ? tile.tab : tabs[0]!.key) === tab), [board.tiles, tab, tabs]);
  const ordered = useMemo(() => (phone ? [...shown].sort((a, b) => a.y - b.y || a.x - b.x) : shown), [shown, phone]);
  const show = (name: string) => setSearch((old) => {
    const next = new URLSearchParams(old);
    next.set("tab", name);
    return next;
  }, { replace: true });
  return (
    <PlaceContext.Provider value={{ application: app, entity: "" }}>
      <div className={`page-scroll board ${wall ? "cockpit" : ""}`} id="board">
        <header className="head board-head">
          <h1 className="cut">{pick(board.label)}</h1>
          <div className="board-filters">{board.filters.map((filter) => <Filter key={filter.name} app={app} board={board.name} filter={filter} value={filters[filter.name] ?? null} onChange={(value) => set(filter.name, value)} />)}
            {cross && <button type="button" className="plain chip" aria-pressed onClick={() => setCross(null)} title={t("reports.cross_clear")}><span className="second">{t("reports.crossed")}</span><b className="cut">{cross.at.map((at) => at.label).join(" · ")}</b><X size={13} aria-label={t("reports.cross_clear")} /></button>}
          </div>
          <div className="head-do">
            {moment && <time className="small third number board-moment" dateTime={moment} title={fullInstant(moment)}>{t("board.as_of", { when: clock(moment) })}</time>}
            <button type="button" className="icon-button" aria-label={t("board.reload")} title={t("board.reload")} onClick={reload}><RefreshCw size={15} /></button>
            {!phone && <button type="button" className="icon-button" aria-label={t(wall ? "board.leave_full" : "board.full")} title={t(wall ? "board.leave_full" : "board.full")} onClick={enlarge}>{wall ? <Minimize size={15} /> : <Maximize size={15} />}</button>}
          </div>
        </header>
        {tabs.length > 0 && <div className="board-tabs" role="tablist" aria-label={pick(board.label)}>{tabs.map((item) => <button key={item.key} type="button" role="tab" aria-selected={item.key === tab} className="plain board-tab" onClick={() => show(item.key)}>{pick(item.label)}</button>)}</div>}
        {!board.tiles.length && <Empty picture="board" title={t("board.none")} />}
        <div className="tiles">{ordered.map((tile) => <Cell key={tile.id} tile={tile} phone={phone}><TileView app={app} path={`boards/${app}/${board.name}/tiles/${tile.id}`} tile={tile} filters={{ ...filters, ...crossing(tile, cross) }} report={board.reports?.[tile.report]} facts={board.datasets?.[board.reports?.[tile.report]?.dataset ?? ""]} narrowing={reaching(board, tile, filters, cross)} onCross={(at) => setCross({ from: tile.id, at })} onMoment={told} fresh={board.live ? lively : wall ? freshly : undefined} /></Cell>)}</div>
      </div>
    </PlaceContext.Provider>
  );
}

const parse = (word: string): Value => {
  try {
    return JSON.parse(word) as Value;
  } catch {
    return word;
  }
};

const Cell = ({ tile, phone, children }: { tile: Tile; phone: boolean; children: React.ReactNode }) => (
  <div className={`tile-cell ${tile.chart === "number" ? "" : "wide-tile"}`} style={phone ? { height: tile.chart === "number" ? 130 : Math.max(6, Math.min(9, tile.height)) * 40 } : { gridColumn: `${(tile.x ?? 0) + 1} / span ${tile.width ?? 4}`, gridRow: `${(tile.y ?? 0) + 1} / span ${tile.height ?? 4}` }}>{children}</div>
);

function Filter({ app, board, filter, value, onChange }: { app: string; board: string; filter: BoardFilter; value: Value; onChange: (value: Value) => void }) {
  const label = pick(filter.label);
  if (filter.sort === "hidden") return null;
  if (filter.sort === "period") return <Period {...{ filter, value, onChange }} />;
  if (filter.sort === "value") return <Found {...{ app, board, filter, value, onChange }} />;
  const choices = (filter.options ?? []).map((option) => ({ value: option.value, label: pick(option.label) }));
  const chosen = choices.find((choice) => choice.value === value);
  return (
    <Dropdown trigger={["click"]} menu={{ selectable: true, selectedKeys: [String(value ?? "")], style: { maxHeight: 360, overflow: "auto" }, items: [{ key: "", label: t("board.all") }, ...choices.map((choice) => ({ key: choice.value, label: choice.label }))], onClick: ({ key }) => onChange(key || null) }}>
      <button type="button" className="plain chip" aria-pressed={!!chosen}><span className="second">{label}</span><b className="cut">{chosen?.label ?? t("board.all")}</b><ChevronDown size={13} aria-hidden /></button>
    </Dropdown>
  );
}

/** A filter by values found in the rows: asked when it is opened, searched by typing; a record is told by its name, however it was chosen. */
function Found({ app, board, filter, value, onChange }: { app: string; board: string; filter: BoardFilter; value: Value; onChange: (value: Value) => void }) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const path = `boards/${app}/${board}/filters/${filter.name}`;
  const answer = useQuery({ queryKey: ["board-filter", app, board, filter.name, typed], enabled: open, queryFn: ({ signal }) => get<{ items: Value[] }>(path, { search: typed }, signal) });
  const now = isBlank(value) ? null : offer(value);
  const called = useQuery({ queryKey: ["board-filter-name", app, board, filter.name, now?.value], enabled: !!filter.records && !!now, staleTime: 60_000, queryFn: ({ signal }) => get<{ items: Value[] }>(path, { value: now!.value }, signal) });
  const known = filter.records ? (called.data?.items ?? []) : now ? [value] : [];
  const options = offers(answer.data?.items ?? [], typed ? [] : known);
  const shown = now && { value: now.value, label: options.find((one) => one.value === now.value)?.label ?? known.map(offer)[0]?.label ?? "…" };
  return (
    <Select
      className={`board-select ${now ? "on" : ""}`} size="small" variant="outlined" labelInValue value={shown} open={open} onOpenChange={setOpen} allowClear loading={answer.isFetching || called.isLoading} popupMatchSelectWidth={220} prefix={<span className="second">{pick(filter.label)}</span>} placeholder={t("board.all")} aria-label={pick(filter.label)}
      showSearch={{ filterOption: false, onSearch: setTyped }} options={options} notFoundContent={answer.isFetching ? <Bone width="60%" /> : t("input.none_found")} onChange={(next) => onChange(next ? (options.find((one) => one.value === next.value)?.back ?? next.value) : null)}
    />
  );
}
