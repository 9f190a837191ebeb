/** Regions as tiles of the same size where they lie, coloured by the number; what is no province stands in rows below. */
import { useEffect, useRef, useState } from "react";
import { pick } from "../../kernel/i18n";
import { isMeasure, named, pressedRow, told } from "../../kit/charts/cells";
import type { ChartKind, ChartProps } from "../../kit/charts/contract";
import provinces from "../../kit/charts/provinces.json";

type Placed = { row: number; name: string; x: number; y: number };
type Empty = { name: string; full: string; x: number; y: number };
const wide = 9;
/** A tile has room for two signs: English names are too long for it, so their codes (ISO 3166-2) stand there. */
const short = (item: (typeof provinces)[number]) => pick({ "zh-CN": item.zh, en: item.code });

/** Where each row lies: by the beginning of its name, in either language; the others row by row, largest first. */
function placed(names: string[]): { tiles: Placed[]; empty: Empty[] } {
  const tiles: Placed[] = [];
  const rest: number[] = [];
  const taken = new Set<string>();
  names.forEach((name, row) => {
    const found = provinces.find((item) => name.startsWith(item.zh) || name.toLowerCase() === item.en.toLowerCase());
    if (found && !taken.has(found.zh)) {
      taken.add(found.zh);
      tiles.push({ row, name: short(found), x: found.x, y: found.y });
    } else rest.push(row);
  });
  const country = tiles.length > 0;
  const across = country ? wide : Math.max(1, Math.ceil(Math.sqrt(rest.length * 1.8)));
  rest.forEach((row, at) => tiles.push({ row, name: names[row]!, x: at % across, y: (country ? 9 : 0) + Math.floor(at / across) }));
  return { tiles, empty: country ? provinces.filter((item) => !taken.has(item.zh)).map((item) => ({ name: short(item), full: pick({ "zh-CN": item.zh, en: item.en }), x: item.x, y: item.y })) : [] };
}

function View({ result, config, onPress }: ChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ width: 400, height: 240 });
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  const place = result.columns.findIndex(isMeasure);
  const measure = result.columns[place]!;
  const { tiles, empty } = placed(result.rows.map((row) => named(row[0] ?? null, result.columns[0]!)));
  const values = result.rows.map((row) => Number(row[place] ?? 0));
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const columns = Math.max(...[...tiles, ...empty].map((tile) => tile.x)) + 1;
  const rows = Math.max(...[...tiles, ...empty].map((tile) => tile.y)) + 1;
  const side = Math.max(24, Math.min(110, Math.floor((size.width - 3 * columns) / columns), Math.floor((size.height - 3 * rows) / rows)));
  const letters = Math.max(9, Math.min(13, Math.floor(side / 2.4)));
  // three signs are set smaller instead of being cut
  const fitting = (name: string) => (/^\p{Script=Han}{3}$/u.test(name) ? { fontSize: Math.min(letters, Math.floor(side / 3)) } : {});
  return (
    <div ref={box} className="map" style={{ gridTemplateColumns: `repeat(${columns}, ${side}px)`, gridAutoRows: `${side}px`, fontSize: letters }}>
      {tiles.map((tile) => {
        const value = result.rows[tile.row]![place] ?? null;
        const full = `${named(result.rows[tile.row]![0] ?? null, result.columns[0]!)} ${told(value, measure)}`;
        const strength = high > low ? (Number(value ?? 0) - low) / (high - low) : 0;
        const style = { gridColumn: tile.x + 1, gridRow: tile.y + 1, background: `color-mix(in srgb, var(--accent) ${Math.round(12 + strength * 78)}%, var(--card))`, color: strength > 0.55 ? "#fff" : "var(--text)" };
        const inner = <><span style={fitting(tile.name)}>{tile.name}</span>{config["numbers"] !== false && side > 40 && <b>{told(value, measure, true)}</b>}</>;
        return onPress ? <button key={tile.row} type="button" className="map-tile press" style={style} title={full} aria-label={full} onClick={() => onPress(pressedRow(result, tile.row, measure.name))}>{inner}</button> : <div key={tile.row} className="map-tile" style={style} title={full}>{inner}</div>;
      })}
      {empty.map((tile) => <div key={tile.name} className="map-tile none" title={tile.full} style={{ gridColumn: tile.x + 1, gridRow: tile.y + 1 }}><span style={fitting(tile.name)}>{tile.name}</span></div>)}
    </div>
  );
}

export const map: ChartKind = {
  kind: "map",
  picture: <><path d="M10 6h8v8h-8zM20 6h8v8h-8zM30 15h8v8h-8z" fill="currentColor" opacity=".4" /><path d="M20 15h8v8h-8zM40 15h8v8h-8z" fill="currentColor" /><path d="M20 24h8v7h-8zM30 24h8v7h-8zM40 6h8v8h-8z" fill="currentColor" opacity=".25" /></>,
  unfit: ({ rows, series, measures }) => (!measures ? "measure" : series ? "no_series" : rows === 0 ? "row" : rows > 1 ? "one_row" : measures > 1 ? "one_measure" : ""),
  View,
};
