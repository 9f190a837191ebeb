/** A board as it will be: tiles on their grid, moved and resized by drag or arrow keys, with live figures. */
import { Button, Dropdown, Modal, Select, Switch } from "antd";
import { ArrowRightLeft, GripVertical, PenLine, Plus, X } from "lucide-react";
import { useRef, useState } from "react";
import { language, pick, t } from "../../kernel/i18n";
import type { Json, Label, Tile, Values } from "../../kernel/types";
import { Empty } from "../../kit/parts";
import { usePhone } from "../../kit/look";
import { nearest } from "../../kit/nearest";
import { useToast } from "../../kit/toast";
import { change, useBook, useDesign } from "../context";
import type { Doc } from "../draft";
import { InlineText } from "../shell/InlineText";
import { free, labelOf, list, named, relabelled } from "../shape";
import { Figure } from "./Figure";
import { Filters } from "./Filters";
import { filtersOf, narrowed } from "./filters";
import { NewReport } from "./NewReport";
import ReportDesigner from "./ReportDesigner";
import { tabOf, Tabs, tabsOf } from "./Tabs";
import { arranged, columns, room, rowHeight, type Box } from "./grid";

const gap = 12;

export default function BoardDesigner({ id }: { id: string }) {
  const { draft } = useDesign();
  const book = useBook();
  const phone = usePhone();
  const toast = useToast();
  const board = book["board"]![id]!;
  const kept = (board["tiles"] ?? []) as unknown as Tile[];
  const [held, setHeld] = useState<{ id: string; box: Box } | null>(null);
  const [making, setMaking] = useState(false);
  const [edited, setEdited] = useState("");
  const filters = filtersOf(board);
  const [values, setValues] = useState<Values>(() => Object.fromEntries(filters.flatMap((filter) => (filter.default ? [[filter.name, filter.default]] : []))));
  const grid = useRef<HTMLDivElement>(null);
  const tabs = tabsOf(board);
  const [wished, setTab] = useState("");
  const tab = tabs.some((item) => item.name === wished) ? wished : (tabs[0]?.name ?? "");
  const every = kept.map((tile) => ({ ...tile, x: tile.x ?? 0, y: tile.y ?? 0, width: tile.width ?? 4, height: tile.height ?? 4 }));
  const full = every.filter((tile) => tabOf(tabs, tile) === tab);
  const tiles = held ? arranged(full, held.id, held.box) : full;
  /** The tiles of this tab anew; those of other tabs stay as they are. */
  const put = (next: Tile[], label: string, merge?: string) => change(draft, ["board", id], { tiles: [...every.filter((tile) => tabOf(tabs, tile) !== tab), ...next] as unknown as Json }, label, merge);
  const begin = (event: React.PointerEvent, tile: Tile, way: "move" | "size") => {
    event.preventDefault();
    event.stopPropagation();
    const unit = (grid.current!.clientWidth + gap) / columns;
    const from = { x: event.clientX, y: event.clientY };
    let last: Box = tile;
    const pull = (moved: PointerEvent) => {
      const [dx, dy] = [Math.round((moved.clientX - from.x) / unit), Math.round((moved.clientY - from.y) / (rowHeight + gap))];
      last = way === "move" ? { ...tile, x: tile.x + dx, y: tile.y + dy } : { ...tile, width: tile.width + dx, height: tile.height + dy };
      setHeld({ id: tile.id, box: last });
    };
    const end = () => {
      window.removeEventListener("pointermove", pull);
      window.removeEventListener("pointerup", end);
      setHeld(null);
      if (last !== tile) put(arranged(full, tile.id, last), way === "move" ? "design.step_move" : "design.step_width");
    };
    window.addEventListener("pointermove", pull);
    window.addEventListener("pointerup", end);
  };
  const key = (event: React.KeyboardEvent, tile: Tile, way: "move" | "size") => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const box = way === "move" ? { ...tile, x: tile.x + step[0]!, y: tile.y + step[1]! } : { ...tile, width: tile.width + step[0]!, height: tile.height + step[1]! };
    put(arranged(full, tile.id, box), "design.step_move", `${id} ${tile.id} ${way}`);
  };
  const add = (name: string) => {
    // read anew: the report may have been made a moment ago
    const report = named(draft.book, "report", name)?.[1];
    const small = (report?.["chart"] as Doc | undefined)?.["type"] === "number";
    const box = room(full, small ? 3 : 6, small ? 3 : 7);
    const tile = free(every.map((one) => one.id), name);
    // once it is drawn
    setTimeout(() => document.getElementById(`tile-${tile}`)?.scrollIntoView({ block: "nearest", behavior: "smooth" }), 60);
    put([...full, { id: tile, report: name, ...(tab ? { tab } : {}), ...box } as unknown as Tile], "design.step_add");
  };
  const remove = (tile: Tile, title: string) => {
    const kept_ = filters.map((filter) => (filter.skips?.includes(tile.id) ? { ...filter, skips: filter.skips.filter((one) => one !== tile.id) } : filter));
    change(draft, ["board", id], { tiles: every.filter((one) => one.id !== tile.id) as unknown as Json, ...(kept_.some((filter, at) => filter !== filters[at]) ? { filters: kept_ as unknown as Json } : {}) }, "design.step_remove");
    toast.say(t("design.removed_undo", { name: title }));
  };
  const move = (tile: Tile, to: string) => {
    const there = every.filter((one) => tabOf(tabs, one) === to);
    change(draft, ["board", id], { tiles: every.map((one) => (one.id === tile.id ? { ...one, tab: to, ...room(there, one.width, one.height) } : one)) as unknown as Json }, "design.step_move");
    toast.say(t("boards.moved_tab", { name: pick(tabs.find((item) => item.name === to)?.label) }));
  };
  const reports = list(book, "report").map(([, doc]) => ({ value: String(doc["name"]), label: pick(labelOf(doc)) }));
  const height = Math.max(4, ...tiles.map((tile) => tile.y + tile.height));
  return (
    <div className="designer-page board-designer">
      <header className="data-head">
        <InlineText once className="data-name" value={pick(labelOf(board))} label={t("form.rename")} onChange={(text) => change(draft, ["board", id], { label: relabelled(labelOf(board), language(), text) as Json }, "design.step_rename")} />
        <span className="grow" />
        <label className="line small second" title={t("boards.live_hint")}><Switch size="small" aria-label={t("boards.live")} checked={board["live"] === true} onChange={(on) => change(draft, ["board", id], { live: on || undefined })} />{t("boards.live")}</label>
        {reports.length > 0 && <Select<string | null> value={null} placeholder={t("boards.add")} aria-label={t("boards.add")} style={{ width: 170 }} popupMatchSelectWidth={240} showSearch={{ optionFilterProp: "label", filterSort: nearest }} options={reports} onChange={(name) => name && add(name)} />}
        <Button type="primary" icon={<Plus size={15} />} onClick={() => setMaking(true)}>{t("boards.add_new")}</Button>
      </header>
      <Filters id={id} tiles={every} values={values} onChange={setValues} />
      <Tabs id={id} tabs={tabs} tab={tab} tiles={every} choose={setTab} />
      {!tiles.length && <Empty picture="board" title={t("boards.none")} hint={t("boards.none_hint")}><Button type="primary" icon={<Plus size={15} />} onClick={() => setMaking(true)}>{t("boards.add_new")}</Button></Empty>}
      <div ref={grid} className={`board-grid ${held ? "held" : ""} ${phone ? "phone" : ""}`} style={phone ? undefined : { height: height * (rowHeight + gap) }}>
        {[...tiles].sort((a, b) => (phone ? a.y - b.y || a.x - b.x : 0)).map((tile) => {
          const report = named(book, "report", tile.report);
          const at = every.findIndex((one) => one.id === tile.id);
          const title = pick(tile.title) || pick(labelOf(report?.[1]));
          return (
            <section
              key={tile.id} id={`tile-${tile.id}`} className={`panel board-tile ${held?.id === tile.id ? "moving" : ""}`} aria-label={title}
              style={phone ? { height: tile.height * rowHeight } : { left: `calc((100% + ${gap}px) / ${columns} * ${tile.x})`, width: `calc((100% + ${gap}px) / ${columns} * ${tile.width} - ${gap}px)`, top: tile.y * (rowHeight + gap), height: tile.height * (rowHeight + gap) - gap }}
            >
              <header>
                <button type="button" className="plain grip" aria-label={t("boards.move")} title={t("boards.move")} onPointerDown={(event) => begin(event, tile, "move")} onKeyDown={(event) => key(event, tile, "move")}><GripVertical size={15} /></button>
                <span className="grow cut"><InlineText value={title} label={t("form.rename")} onChange={(text) => change(draft, ["board", id, "tiles", at], { title: relabelled(tile.title as Label, language(), text) as Json }, "design.step_rename")} /></span>
                {tabs.length > 1 && <Dropdown trigger={["click"]} menu={{ items: tabs.filter((item) => item.name !== tab).map((item) => ({ key: item.name, label: t("boards.to_tab", { name: pick(item.label) }), onClick: () => move(tile, item.name) })) }}><button type="button" className="icon-button" aria-label={t("boards.other_tab")} title={t("boards.other_tab")}><ArrowRightLeft size={14} /></button></Dropdown>}
                {report && <button type="button" className="icon-button" aria-label={t("report.open")} title={t("report.open")} onClick={() => setEdited(report[0])}><PenLine size={14} /></button>}
                <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => remove(tile, title)}><X size={15} /></button>
              </header>
              <div className="board-body">{report ? <Figure quiet report={report[1]} label={title} filters={narrowed(book, filters, values, tile)} /> : <span className="wrong">{t("design.none", { what: t("sort.report") })}</span>}</div>
              <button type="button" className="plain board-corner" aria-label={t("boards.resize")} title={t("boards.resize")} onPointerDown={(event) => begin(event, tile, "size")} onKeyDown={(event) => key(event, tile, "size")} />
            </section>
          );
        })}
      </div>
      {making && <NewReport close={() => setMaking(false)} then={add} />}
      {edited && book["report"]?.[edited] && (
        <Modal open className="report-edit" title={t("report.open")} footer={<Button type="primary" onClick={() => setEdited("")}>{t("boards.report_done")}</Button>} onCancel={() => setEdited("")} width="min(1160px, 94vw)" destroyOnHidden>
          <ReportDesigner id={edited} />
        </Modal>
      )}
    </div>
  );
}
