/** The filters of a board while it is designed: they narrow the canvas at once, and say which tiles they reach. */
import { useQuery } from "@tanstack/react-query";
import { Button, Checkbox, Select } from "antd";
import { ChevronDown, ListFilter, X } from "lucide-react";
import { useState } from "react";
import { post } from "../../kernel/api";
import { i18n, pick, t } from "../../kernel/i18n";
import type { Json, Label, Option, Tile, Value, Values } from "../../kernel/types";
import { offers } from "../../kit/offers";
import { useToast } from "../../kit/toast";
import { change, useBook, useDesign, useStatus } from "../context";
import type { Doc } from "../draft";
import { LabelInput } from "../inspector/widgets";
import { free, isBorrowed, json, known, labelOf, named } from "../shape";
import { Sortable } from "../views/ViewDesigner";
import { filtersOf, fits, offered, reaches, type Filter } from "./filters";

interface Narrowing {
  sort: "period" | "choice" | "value" | "hidden";
  periods?: string[];
  options?: Option[];
  items?: Value[];
  chosen?: Value[];
}

interface Props {
  id: string;
  tiles: Tile[];
  values: Values;
  onChange: (values: Values) => void;
}

export function Filters({ id, tiles, values, onChange }: Props) {
  const { draft } = useDesign();
  const book = useBook();
  const toast = useToast();
  const filters = filtersOf(book["board"]?.[id]);
  const [open, setOpen] = useState("");
  const put = (next: Filter[], label: string) => change(draft, ["board", id], { filters: json(next) }, label);
  const free_ = offered(book, tiles, filters);
  const add = (dimension: string) => {
    const found = free_.find((item) => item.dimension === dimension);
    if (!found) return;
    const name = free(filters.map((item) => item.name), dimension);
    put([...filters, { name, label: found.label, dataset: String(found.dataset["name"]), dimension }], "design.step_add");
    setOpen(name);
  };
  const remove = (filter: Filter) => {
    put(filters.filter((item) => item.name !== filter.name), "design.step_remove");
    onChange(Object.fromEntries(Object.entries(values).filter(([name]) => name !== filter.name)));
    toast.say(t("design.removed_undo", { name: pick(filter.label) }));
  };
  if (!tiles.length && !filters.length) return null;
  return (
    <section className="board-filters-design" aria-label={t("boards.filters")}>
      <div className="line board-filters-line">
        <ListFilter size={15} className="third" aria-hidden />
        {filters.map((filter) => (
          <span key={filter.name} className={`board-filter ${open === filter.name ? "open" : ""}`}>
            <Narrow filter={filter} value={values[filter.name] ?? null} onChange={(value) => onChange({ ...values, [filter.name]: value })} />
            <button type="button" className="icon-button" aria-expanded={open === filter.name} aria-label={t("boards.filter_settings", { name: pick(filter.label) })} title={t("boards.filter_settings", { name: pick(filter.label) })} onClick={() => setOpen(open === filter.name ? "" : filter.name)}><ChevronDown size={14} /></button>
          </span>
        ))}
        <Select<string | null> size="small" value={null} placeholder={t("boards.filter_add")} aria-label={t("boards.filter_add")} popupMatchSelectWidth={260} style={{ width: 130 }} showSearch={{ optionFilterProp: "label" }} notFoundContent={t("boards.filter_none")} options={free_.map((item) => ({ value: item.dimension, label: `${pick(item.label)} · ${t("boards.reaches", { count: item.count, all: tiles.length })}` }))} onChange={(dimension) => dimension && add(dimension)} />
      </div>
      {open && filters.some((item) => item.name === open) && (
        <div className="panel board-filter-panel">
          <div className="board-filter-order">
          <Sortable items={filters.map((item) => item.name)} onMove={(from, to) => draft.run({ label: "design.step_move", patches: [{ do: "move", from: ["board", id, "filters", from], to: ["board", id, "filters", to] }] })}>
            {(at) => {
              const filter = filters[at]!;
              return (
                <>
                  <button type="button" className="plain grow cut board-filter-name" aria-pressed={open === filter.name} onClick={() => setOpen(filter.name)}>{pick(filter.label) || t("menu.unnamed")} <span className="small third">{t("boards.reaches", { count: tiles.filter((tile) => reaches(book, filter, tile)).length, all: tiles.length })}</span></button>
                  <button type="button" className="icon-button" aria-label={t("filter.remove", { name: pick(filter.label) })} onClick={() => remove(filter)}><X size={14} /></button>
                </>
              );
            }}
          </Sortable>
          <div><Button size="small" onClick={() => setOpen("")}>{t("boards.filter_done")}</Button></div>
          </div>
          {filters.map((filter, at) => filter.name === open && <Settings key={filter.name} filter={filter} tiles={tiles} put={(next, typing) => change(draft, ["board", id, "filters", at], next, "design.step_change", typing ? `${id} ${filter.name}` : undefined)} preset={(value) => onChange({ ...values, [filter.name]: value })} />)}
        </div>
      )}
    </section>
  );
}

function Settings({ filter, tiles, put, preset }: { filter: Filter; tiles: Tile[]; put: (values: { [key: string]: Json | undefined }, typing?: boolean) => void; preset: (value: Value) => void }) {
  const book = useBook();
  const skips = filter.skips ?? [];
  const titled = (tile: Tile) => pick(tile.title) || pick(labelOf(named(book, "report", tile.report)?.[1])) || t("menu.unnamed");
  return (
    <div className="board-filter-settings">
      <label><span className="field-label">{t("prop.label")}</span><LabelInput title={t("boards.filter_label")} value={filter.label} onChange={(label: Label) => put({ label: label as Json }, true)} /></label>
      <div><span className="field-label">{t("boards.filter_default")}</span><Narrow filter={filter} bare value={filter.default ?? null} onChange={(value) => {
        put({ default: value ? String(value) : undefined });
        preset(value);
      }} /></div>
      <div role="group" aria-label={t("boards.filter_tiles")}>
        <span className="field-label">{t("boards.filter_tiles")}</span>
        {tiles.map((tile) => {
          const can = fits(book, filter, tile);
          return <Checkbox key={tile.id} disabled={!can} checked={can && !skips.includes(tile.id)} onChange={(event) => {
            const next = event.target.checked ? skips.filter((one) => one !== tile.id) : [...skips, tile.id];
            put({ skips: next.length ? next : undefined });
          }}>{titled(tile)}{!can && <span className="small third"> · {t("boards.filter_unfit")}</span>}</Checkbox>;
        })}
      </div>
    </div>
  );
}

/** One filter as its reader will use it. */
function Narrow({ filter, value, onChange, bare }: { filter: Filter; value: Value; onChange: (value: Value) => void; bare?: boolean }) {
  const { app } = useDesign();
  const book = useBook();
  const [typed, setTyped] = useState("");
  const { live } = useStatus();
  const dataset: Doc | null = known(book, "dataset", filter.dataset) ?? null;
  const asked = { name: filter.name, label: filter.label ?? "", dataset: filter.dataset, dimension: filter.dimension };
  const given = value === null || typeof value === "object" ? [] : [value];
  const answer = useQuery({ queryKey: ["filter-preview", app, filter.dataset, filter.dimension, JSON.stringify(dataset), typed, given.join()], enabled: live, retry: 0, staleTime: 60_000, placeholderData: (before) => before, queryFn: () => post<Narrowing>(`designer/${app}/preview/filter`, { filter: asked, dataset: dataset && isBorrowed(String(dataset["name"])) ? null : dataset, search: typed, given }) });
  const found = answer.data;
  const options = !found && typeof value === "string" && i18n.exists(`span.${value}`) ? [{ value, label: t(`span.${value}`) }]
    : found?.sort === "period" ? (found.periods ?? []).map((word) => ({ value: word, label: t(`span.${word}`) }))
    : found?.sort === "choice" ? (found.options ?? []).map((item) => ({ value: item.value, label: pick(item.label) }))
    : offers(found?.items ?? [], found?.chosen);
  // a truth or a number is sent as it is, though a list of choices only knows texts
  const back = (word: string | undefined): Value => (word === undefined ? null : (offers(found?.items ?? [], found?.chosen).find((item) => item.value === word)?.back ?? word));
  const label = pick(filter.label) || t("menu.unnamed");
  return (
    <Select
      size={bare ? "middle" : "small"} value={value === null || typeof value === "object" ? undefined : String(value)} allowClear loading={answer.isFetching} aria-label={bare ? t("boards.filter_default") : label} placeholder={t("board.all")} popupMatchSelectWidth={200} style={bare ? { width: "100%" } : { minWidth: 120 }}
      {...(bare ? {} : { prefix: <span className="second">{label}</span> })} showSearch={found?.sort === "value" ? { filterOption: false, onSearch: setTyped } : { optionFilterProp: "label" }} options={options}
      notFoundContent={answer.isError ? t("boards.filter_later") : t("input.none_found")} onChange={(next?: string) => onChange(back(next))}
    />
  );
}
