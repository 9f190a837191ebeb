/** The shelves above a chart: chips one drags between them, or moves with keys and a menu. */
import { Dropdown, Popover, Select, type MenuProps } from "antd";
import { ChevronDown, X } from "lucide-react";
import { useState } from "react";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Issue, Json, Label } from "../../kernel/types";
import { useToast } from "../../kit/toast";
import { grains } from "../datasets/facts";
import type { Doc } from "../draft";
import { Narrow, Narrowed } from "./Narrow";
import { axesOf, measuresIn, narrowingsOf, put, refused, shelves, taken, type AxisShelf, type Held, type Narrowing, type Shelf } from "./shelves";

interface Named {
  name: string;
  label: Label;
}

interface Props {
  report: Doc;
  dimensions: Named[];
  measures: Named[];
  dated: ReadonlySet<string>;
  issues: readonly Issue[];
  held: Held | null;
  setHeld: (held: Held | null) => void;
  set: (values: { [key: string]: Json | undefined }, label?: string) => void;
  quick: (measure: string) => MenuProps["items"];
}

export function Shelves(props: Props) {
  const { report, held, setHeld, set, dated, issues } = props;
  const toast = useToast();
  const [over, setOver] = useState<{ shelf: Shelf; at: number } | null>(null);
  const drop = (shelf: Shelf, at: number) => {
    setOver(null);
    if (!held) return;
    const no = refused(report, held, shelf);
    if (no.why) toast.say(t(`reports.${no.why}`, { shelf: no.shelf ? t(`reports.shelf_${no.shelf}`) : "" }));
    else set(put(report, held, shelf, at, dated), "design.step_move");
    setHeld(null);
  };
  return (
    <div className="shelves">
      {shelves.map((shelf) => {
        const items = itemsOf(report, shelf);
        const bad = held ? refused(report, held, shelf).why : "";
        const wrong = issues.filter((issue) => issue.path[0] === shelf);
        return (
          <div key={shelf} className={`shelf ${held ? (bad ? "closed" : "open") : ""} ${over?.shelf === shelf ? "over" : ""}`} role="group" aria-label={t(`reports.shelf_${shelf}`)} title={bad && bad !== "twice" ? t(`reports.${bad}`) : undefined}
            onDragOver={(event) => { if (held) { event.preventDefault(); setOver({ shelf, at: items.length }); } }} onDragLeave={() => setOver(null)} onDrop={(event) => { event.preventDefault(); drop(shelf, over?.shelf === shelf ? over.at : items.length); }}>
            <span className="shelf-name">{t(`reports.shelf_${shelf}`)}</span>
            <div className="shelf-items">
              {items.map((name, at) => (
                <span key={`${name} ${at}`} className={`shelf-place ${over?.shelf === shelf && over.at === at ? "before" : ""}`} onDragOver={(event) => { if (held) { event.preventDefault(); event.stopPropagation(); setOver({ shelf, at }); } }} onDrop={(event) => { event.preventDefault(); event.stopPropagation(); drop(shelf, at); }}>
                  <Chip {...props} shelf={shelf} at={at} name={name} />
                </span>
              ))}
              {!items.length && <span className="third small shelf-hint">{t(`reports.shelf_hint_${shelf}`)}</span>}
              {wrong.map((issue) => <span key={issue.code + issue.path.join()} className="wrong small">{words(issue)}</span>)}
            </div>
          </div>
        );
      })}
    </div>
  );
}

const itemsOf = (report: Doc, shelf: Shelf): string[] => (shelf === "measures" ? measuresIn(report) : shelf === "filters" ? narrowingsOf(report).map((item) => item.dimension) : axesOf(report, shelf).map((axis) => axis.dimension));

function Chip({ report, dimensions, measures, dated, set, setHeld, quick, shelf, at, name }: Props & { shelf: Shelf; at: number; name: string }) {
  const [open, setOpen] = useState(false);
  const measure = shelf === "measures";
  const label = pick((measure ? measures : dimensions).find((item) => item.name === name)?.label, name);
  const own: Held = { sort: measure ? "measure" : "dimension", name, from: { shelf, at } };
  const axis = shelf === "filters" || measure ? undefined : axesOf(report, shelf as AxisShelf)[at];
  const count = itemsOf(report, shelf).length;
  const move = (to: number) => set(put(report, own, shelf, to > at ? to + 1 : to, dated), "design.step_move");
  const away = () => set(taken(report, shelf, at), "design.step_remove");
  const elsewhere = shelves.filter((other) => other !== shelf && !refused(report, own, other).why);
  const items: MenuProps["items"] = [
    ...elsewhere.map((other) => ({ key: other, label: t("reports.put", { shelf: t(`reports.shelf_${other}`) }), onClick: () => set(put(report, own, other, 99, dated), "design.step_move") })),
    ...(measure ? [{ key: "quick", label: t("reports.quick"), children: quick(name) ?? [] }] : []),
    { key: "remove", label: t("do.remove"), onClick: away },
  ];
  const keys = (event: React.KeyboardEvent) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (way && at + way >= 0 && at + way < count) move(at + way);
    else if (event.key === "Delete" || event.key === "Backspace") away();
    else return;
    event.preventDefault();
  };
  const narrowing = shelf === "filters" ? narrowingsOf(report)[at] : undefined;
  const setNarrowing = (next: Narrowing) => set({ filters: narrowingsOf(report).map((item, index) => (index === at ? next : item)) as unknown as Json });
  const body = (
    <Dropdown menu={{ items }} trigger={["click"]}><button type="button" className="plain shelf-label" aria-label={t("reports.item_menu", { name: label })} title={t("reports.move_keys")} onKeyDown={keys}><span className="cut">{label}</span><ChevronDown size={12} aria-hidden /></button></Dropdown>
  );
  return (
    <span className={`shelf-chip ${measure ? "of-measure" : "of-dimension"}`} draggable onDragStart={(event) => { event.dataTransfer.setData("text/plain", name); event.dataTransfer.effectAllowed = "move"; setHeld(own); }} onDragEnd={() => setHeld(null)}>
      {body}
      {axis && dated.has(name) && <Select size="small" variant="borderless" className="shelf-grain" popupMatchSelectWidth={100} value={axis.grain ?? ""} aria-label={t("report.grain")} options={grains.map((grain) => ({ value: grain, label: t(`enum.${grain}`) }))} onChange={(grain) => set({ [shelf]: axesOf(report, shelf as AxisShelf).map((one, index) => (index === at ? { ...one, grain } : one)) as unknown as Json, order: undefined })} />}
      {narrowing && (
        <Popover trigger="click" open={open} onOpenChange={setOpen} destroyOnHidden placement="bottomLeft" content={<Narrow dataset={String(report["dataset"])} value={narrowing} time={dated.has(name)} onChange={setNarrowing} />}>
          <button type="button" className="plain shelf-value"><Narrowed dataset={String(report["dataset"])} value={narrowing} /></button>
        </Popover>
      )}
      <button type="button" className="plain shelf-away" aria-label={t("reports.remove_from", { name: label, shelf: t(`reports.shelf_${shelf}`) })} onClick={away}><X size={12} /></button>
    </span>
  );
}
