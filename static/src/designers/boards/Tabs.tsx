/** The tabs of a board while it is designed: chosen, named, moved with keys, made and taken away. */
import { Plus, X } from "lucide-react";
import { language, pick, said, t } from "../../kernel/i18n";
import type { Json, Label, Tile } from "../../kernel/types";
import { useToast } from "../../kit/toast";
import { change, useDesign } from "../context";
import type { Doc } from "../draft";
import { InlineText } from "../shell/InlineText";
import { free, json, relabelled } from "../shape";

export interface Tab {
  name: string;
  label: Label;
}

export const tabsOf = (board: Doc) => (board["tabs"] ?? []) as unknown as Tab[];
/** The tab a tile stands on: its own, else the first. */
export const tabOf = (tabs: readonly Tab[], tile: Pick<Tile, "tab">) => (tabs.some((item) => item.name === tile.tab) ? tile.tab! : (tabs[0]?.name ?? ""));

export function Tabs({ id, tabs, tab, tiles, choose }: { id: string; tabs: Tab[]; tab: string; tiles: Tile[]; choose: (tab: string) => void }) {
  const { draft } = useDesign();
  const toast = useToast();
  const set = (values: { [key: string]: Json | undefined }, label: string) => change(draft, ["board", id], values, label);
  const add = () => {
    const first: Tab[] = tabs.length ? tabs : [{ name: "tab_1", label: said("boards.tab_number", { number: "1" }) }];
    const made: Tab = { name: free(first.map((item) => item.name), `tab_${first.length + 1}`), label: said("boards.tab_number", { number: String(first.length + 1) }) };
    set({ tabs: json([...first, made]), ...(tabs.length ? {} : { tiles: json(tiles.map((tile) => ({ ...tile, tab: "tab_1" }))) }) }, "design.step_add");
    choose(made.name);
  };
  /** Its tiles go to the tab before, below what is there. */
  const remove = (at: number) => {
    const left = tabs.filter((_, index) => index !== at);
    const heir = left[Math.max(0, at - 1)]?.name ?? "";
    const foot = Math.max(0, ...tiles.filter((tile) => tabOf(tabs, tile) === heir).map((tile) => tile.y + tile.height));
    const moved = tiles.map((tile) => (tabOf(tabs, tile) === tabs[at]!.name ? { ...tile, tab: heir, y: tile.y + foot } : tile));
    const single = left.length < 2;
    set({ tabs: single ? undefined : json(left), tiles: json(single ? moved.map((tile) => Object.fromEntries(Object.entries(tile).filter(([key]) => key !== "tab"))) : moved) }, "design.step_remove");
    choose(heir);
    toast.say(t("design.removed_undo", { name: pick(tabs[at]!.label) }));
  };
  const keys = (event: React.KeyboardEvent, at: number) => {
    const to = at + ({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0);
    if (to === at || to < 0 || to >= tabs.length) return;
    event.preventDefault();
    if (event.altKey) draft.run({ label: "design.step_move", patches: [{ do: "move", from: ["board", id, "tabs", at], to: ["board", id, "tabs", to] }] });
    else choose(tabs[to]!.name);
  };
  return (
    <div className="board-tabs-design">
      {tabs.map((item, at) => (
        <span key={item.name} className={`board-tab-design ${item.name === tab ? "on" : ""}`}>
          {item.name === tab ? <InlineText value={pick(item.label)} label={t("form.rename")} onChange={(text) => set({ tabs: json(tabs.map((one, index) => (index === at ? { ...one, label: relabelled(one.label, language(), text) } : one))) }, "design.step_rename")} /> : <button type="button" className="plain" onClick={() => choose(item.name)} onKeyDown={(event) => keys(event, at)} title={t("boards.tab_keys")}>{pick(item.label)}</button>}
          {item.name === tab && <button type="button" className="icon-button" aria-label={t("boards.tab_remove", { name: pick(item.label) })} onClick={() => remove(at)}><X size={13} /></button>}
        </span>
      ))}
      <button type="button" className="plain link small" onClick={add}><Plus size={13} aria-hidden /> {t("boards.tab_add")}</button>
    </div>
  );
}
