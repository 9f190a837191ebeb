/** The page of a view: head, tabs, filters, then the rows as a table, cards in columns, days, or bars over them. */
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { Button } from "antd";
import { CalendarDays, ChartGantt, Columns3, KanbanSquare, Plus, Search, Table2, Trash2, Upload, X } from "lucide-react";
import { Link, Navigate, useLocation, useNavigate, useParams, useSearchParams } from "react-router";
import { clauses, nothing, write, type Group } from "../../kernel/condition";
import { counted } from "../../kernel/format";
import { amid, pick, t } from "../../kernel/i18n";
import { field as fieldAt, segmentField, titled, viewOf, viewsOf } from "../../kernel/metadata";
import type { Entity, Metadata, RecordData, Sort, Value, ViewDefinition } from "../../kernel/types";
import { useDeeds } from "../../kit/CommandPalette";
import { effective } from "../../kit/derived";
import { PlaceContext } from "../../kit/fields";
import { usePhone } from "../../kit/look";
import { Bone, Empty, Failed } from "../../kit/parts";
import { link } from "../links";
import { useMetadata } from "../session";
import { BulkBar } from "./BulkBar";
import { ColumnsMenu } from "./ColumnsMenu";
import { FilterBar, FilterButton } from "./FilterBar";
import { columnsOf, sortText, turned, useLayout } from "./layout";
import { useTotals } from "./groups";
import { PhoneList } from "./PhoneList";
import { refresh, touch, useRows, useRowsState, type Asked } from "./rows";
import { Table } from "./Table";
import { useSave } from "./save";
import { useUndoKey } from "./undo";
import { ViewMenu } from "./ViewMenu";
import "./view.css";
import "./fields.css";

const Kanban = lazy(() => import("./Kanban"));
const Calendar = lazy(() => import("./Calendar"));
const Gantt = lazy(() => import("../gantt/Gantt"));
const Drawer = lazy(() => import("../record/Drawer"));

export const kindIcon = { table: Table2, kanban: KanbanSquare, calendar: CalendarDays, gantt: ChartGantt } as const;

export default function ViewPage() {
  const { app = "", view: name = "", id } = useParams();
  const phone = usePhone();
  const metadata = useMetadata(app);
  const view = useMemo(() => metadata.data && viewOf(metadata.data, name), [metadata.data, name]);
  const entity = view && metadata.data?.entities[view.entity];
  if (metadata.isError) return <Failed error={metadata.error} retry={() => void metadata.refetch()} />;
  if (!metadata.data) return <Waiting />;
  if (!view || !entity) return <Empty picture="lock" title={t("state.missing")} hint={t("state.missing_hint")} />;
  // a phone has no room for a list and a record: a link from the desk opens the record there
  if (phone && id) return <Navigate to={link.record(app, entity.name, Number(id))} replace />;
  return <Inside key={`${app}/${name}`} app={app} metadata={metadata.data} view={view} entity={entity} openId={id ? Number(id) : null} />;
}

const Waiting = () => (
  <>
    <div className="head"><Bone width={120} height={20} /></div>
    <GridBones />
  </>
);

export function GridBones() {
  return (
    <div className="grid-bones" role="status" aria-label={t("state.loading")}>
      {Array.from({ length: 14 }, (_, row) => (
        <div key={row} className="grid-bone"><Bone width={130 + ((row * 53) % 60)} height={10} /><Bone width={90} height={10} /><Bone width={150 - ((row * 31) % 70)} height={10} /><Bone width={70} height={10} /></div>
      ))}
    </div>
  );
}

/** The views in the order of the menu. */

/** Filter, sort and search stand in the address, so that a link shows the same. */
function useAsked() {
  const [search, setSearch] = useSearchParams();
  const filter = useMemo((): Group => {
    try {
      const found = JSON.parse(search.get("filter") ?? "null") as Group | null;
      return found && Array.isArray(found.items) ? found : nothing;
    } catch {
      return nothing;
    }
  }, [search]);
  const sorts = useMemo((): Sort[] => (search.get("sort") ?? "").split(",").filter(Boolean).map((word) => (word.startsWith("-") ? { field: word.slice(1), descending: true } : { field: word })), [search]);
  const set = useCallback((key: string, value: string) => setSearch((old) => {
    const next = new URLSearchParams(old);
    if (value) next.set(key, value);
    else next.delete(key);
    return next;
  }, { replace: true }), [setSearch]);
  return {
    filter, sorts, text: search.get("q") ?? "", bin: search.get("bin") === "1",
    setBin: useCallback((on: boolean) => set("bin", on ? "1" : ""), [set]),
    setFilter: useCallback((next: Group) => set("filter", next.items.length ? JSON.stringify(next) : ""), [set]),
    setSorts: useCallback((next: Sort[]) => set("sort", sortText(next)), [set]),
    setText: useCallback((next: string) => set("q", next), [set]),
  };
}

function Inside({ app, metadata, view: given, entity, openId }: { app: string; metadata: Metadata; view: ViewDefinition; entity: Entity; openId: number | null }) {
  const go = useNavigate();
  const place = useLocation();
  const phone = usePhone();
  const { filter, sorts, text, bin, setFilter, setSorts, setText, setBin } = useAsked();
  const view = useMemo(() => (bin ? { ...given, type: "table", group_by: "", columns: viewOf(metadata, entity.name)?.columns ?? given.columns } : given), [bin, given, metadata, entity.name]);
  const [layout, change] = useLayout(app, view.name);
  const [chosen, setChosen] = useState<Set<number>>(new Set());
  const [filtering, setFiltering] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const late = useDeferredValue(text);
  const { shown, all } = useMemo(() => columnsOf(metadata, entity, view, layout), [metadata, entity, view, layout]);
  const fields = useMemo(() => {
    const sets = segmentField(entity);
    return [...all.map((column) => column.field).filter((field) => field.access !== "masked" && effective(field)[0].operators.length > 0), ...(sets ? [sets] : [])];
  }, [all, entity]);
  const condition = useMemo(() => write(filter, (word) => fieldAt(metadata, entity, word)), [filter, metadata, entity]);

  const asked = useMemo((): Asked => {
    const extra = [view.group_by, view.start, view.end, view.title, view.cover, view.sum, view.color_by, titled(entity)?.name, ...(view.fields ?? [])].filter((word): word is string => !!word);
    const wanted = [...new Set([...shown.map((column) => column.name), ...extra])].sort();
    const grouped = view.type === "table" && view.group_by ? [{ field: view.group_by }] : [];
    const sort = sortText([...grouped, ...(sorts.length ? sorts : view.sorts).filter((item) => item.field !== grouped[0]?.field)]);
    return { application: app, entity: entity.name, fields: wanted, ...(bin ? { bin } : {}), ...(metadata.views[view.name] && !bin ? { view: view.name } : {}), ...(condition ? { filter: condition } : {}), ...(sort ? { sort } : {}), ...(late ? { search: late } : {}) };
  }, [app, entity, view, shown, sorts, condition, late, metadata.views, bin]);
  const store = useRows(asked, view.type === "table");
  const totals = useTotals(asked, entity, view);
  const reload = useCallback(() => refresh(app, entity.name), [app, entity.name]);
  const state = useRowsState(store);
  const save = useSave(app, entity, store);
  useUndoKey(app, entity);

  const open = useCallback((record: RecordData) => {
    if (bin) return;
    const to = phone ? link.record(app, entity.name, record.id) : `${link.drawer(app, view.name, record.id)}${place.search}`;
    void go(to, phone ? {} : { preventScrollReset: true, replace: openId !== null });
  }, [go, app, entity.name, view.name, place.search, phone, openId, bin]);
  const close = useCallback(() => {
    void go(`${link.view(app, view.name)}${place.search}`);
    document.querySelector<HTMLElement>(".grid")?.focus({ preventScroll: true });
  }, [go, app, view.name, place.search]);
  const create = useCallback((values?: { [field: string]: Value }) => void go(link.create(app, entity.name, view.form), { state: { back: `${place.pathname}${place.search}`, values } }), [go, app, entity.name, view.form, place]);

  useEffect(() => setChosen(new Set()), [store]);
  useDeeds([
    { id: "search", label: t("list.search", { name: pick(entity.label) }), group: t("palette.here"), keys: "/", icon: "table", run: () => box.current?.focus() },
    { id: "filter", label: t("filter.title"), group: t("palette.here"), keys: "f", run: () => setFiltering(true) },
    { id: "reload", label: t("list.reload"), group: t("palette.here"), keys: "r", run: reload },
    ...(entity.access.create ? [{ id: "new", label: t("list.new", { name: pick(entity.label) }), group: t("palette.here"), keys: "n", run: () => create() }] : []),
  ], [entity, reload, create]);

  const tabs = useMemo(() => viewsOf(metadata, entity.name), [metadata, entity.name]);
  const index = state.items.findIndex((item) => item.id === openId);
  const beside = (step: number) => (index >= 0 ? state.items[index + step] : undefined);
  const asking = clauses(filter) > 0 || !!late;

  let body: React.ReactNode;
  if (state.status === "failed") body = <Failed error={state.error} retry={() => store.reload(true)} />;
  else if (view.type === "kanban" && view.group_by) body = <Suspense fallback={<GridBones />}><Kanban {...{ app, metadata, entity, view, asked, open, create }} /></Suspense>;
  else if (view.type === "calendar" && view.start) body = <Suspense fallback={<GridBones />}><Calendar {...{ app, metadata, entity, view, save, open, create, filter: condition, search: late }} /></Suspense>;
  else if (view.type === "gantt" && view.start) body = <Suspense fallback={<GridBones />}><Gantt {...{ app, entity, view, open, create, filter: condition, search: late }} sort={sortText(sorts.length ? sorts : view.sorts)} /></Suspense>;
  else if (state.status === "loading") body = <GridBones />;
  else if (!state.items.length)
    body = bin ? (
      <Empty title={t("bin.none")} hint={t("bin.none_hint")}><Button onClick={() => setBin(false)}>{t("bin.leave")}</Button></Empty>
    ) : asking ? (
      <Empty picture="search" title={t("list.none_found")} hint={t("list.none_found_hint")}><Button onClick={() => {
        setFilter(nothing);
        setText("");
      }}>{t("filter.clear")}</Button></Empty>
    ) : (
      <Empty title={t("list.none", { name: amid(entity.plural || entity.label) })} hint={entity.access.create ? t("list.none_hint") : undefined}>{entity.access.create && <Button type="primary" icon={<Plus size={15} />} onClick={() => create()}>{t("list.new", { name: pick(entity.label) })}</Button>}{entity.access.create && <Button icon={<Upload size={15} />} onClick={() => void go(link.bring(app, entity.name))}>{t("import.do")}</Button>}</Empty>
    );
  else if (phone && !bin) body = <PhoneList store={store} columns={shown} open={open} />;
  else
    body = (
      <Table
        store={store} group={view.group_by ? entity.fields.find((field) => field.name === view.group_by) : undefined} totals={totals} columns={shown} sorts={sorts.length ? sorts : view.sorts} mayUpdate={entity.access.update && !phone && !bin} chosen={chosen} setChosen={setChosen} open={open} openId={openId} save={save}
        onSort={(field, descending) => setSorts(descending === undefined ? turned(sorts, field) : [{ field, descending }])}
        onWidth={(field, width) => change({ widths: { ...layout.widths, [field]: width } })}
        onMove={(field, before) => {
          const order = shown.map((column) => column.name).filter((word) => word !== field);
          order.splice(before === null ? order.length : Math.max(0, order.indexOf(before)), 0, field);
          change({ order });
        }}
        onHide={(field) => change(view.columns.some((column) => column.field === field) ? { hidden: [...layout.hidden, field] } : { shown: layout.shown.filter((word) => word !== field) })}
        onFilter={(field) => {
          const found = fields.find((item) => item.name === field);
          if (found) setFilter({ ...filter, items: [...filter.items, { field, operator: effective(found)[0].operators[0]!, value: null }] });
          setFiltering(true);
        }}
      />
    );

  return (
    <PlaceContext.Provider value={{ application: app, entity: entity.name }}>
      <header className="head">
        <h1 className="cut">{bin ? t("bin.of", { name: pick(entity.plural || entity.label) }) : pick(entity.plural || entity.label)}</h1>
        {state.count && view.type === "table" && <span className="count" aria-live="polite">{t("list.count", { count: state.count.count, shown: counted(state.count.count, state.count.capped) })}</span>}
        <div className="head-do">
          <label className={`search ${text ? "on" : ""}`}>
            <Search size={15} aria-hidden />
            <input ref={box} type="search" value={text} placeholder={t("list.find")} aria-label={t("list.find")} onChange={(event) => setText(event.target.value)} onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              if (text) setText("");
              else event.currentTarget.blur();
            }} />
            {text ? <button type="button" className="plain third" aria-label={t("do.clear")} onClick={() => setText("")}><X size={14} /></button> : !phone && <kbd>/</kbd>}
          </label>
          <FilterButton {...{ filter, fields, layout }} onChange={setFilter} onLayout={change} wanted={filtering} onWanted={setFiltering} icon={phone} />
          {view.type === "table" && !phone && <ColumnsMenu shown={shown} all={all} view={view} layout={layout} onLayout={change} icon={<Columns3 size={15} />} />}
          <ViewMenu {...{ app, metadata, entity, asked, bin, reload, phone }} columns={shown.map((column) => column.name)} onBin={setBin} />
          {entity.access.create && !bin && <Button type="primary" icon={<Plus size={16} />} aria-label={t("list.new", { name: pick(entity.label) })} onClick={() => create()}>{phone ? null : t("list.new", { name: pick(entity.label) })}</Button>}
        </div>
      </header>
      {bin && <div className="bin-note"><Trash2 size={14} aria-hidden /><span>{t("bin.hint")}</span><button type="button" className="plain link" onClick={() => setBin(false)}>{t("bin.leave")}</button></div>}
      {tabs.length > 1 && !bin && (
        <nav className="views" aria-label={t("list.views")}>
          {tabs.map((other) => {
            const Picture = kindIcon[other.type as keyof typeof kindIcon] ?? Table2;
            return <Link key={other.name} to={link.view(app, other.name)} className={other.name === view.name ? "active" : ""} aria-current={other.name === view.name ? "page" : undefined}><Picture size={14} aria-hidden />{pick(other.label)}</Link>;
          })}
        </nav>
      )}
      <FilterBar filter={filter} fields={fields} onChange={setFilter} />
      <div className={`view-body view-${view.type}`}>{body}</div>
      {chosen.size > 0 && <BulkBar {...{ app, entity, store, chosen, columns: shown, fields: entity.fields, bin }} clear={() => setChosen(new Set())} />}
      {openId !== null && !phone && (
        <Suspense fallback={null}>
          <Drawer
            app={app} metadata={metadata} entity={entity} id={openId} close={close} save={(record) => (view.type === "table" ? touch(app, entity.name, record) : reload())} removed={(gone) => {
              if (view.type === "table") store.drop([gone]);
              else reload();
              close();
            }}
            onNext={beside(1) ? () => open(beside(1)!) : undefined} onPrevious={beside(-1) ? () => open(beside(-1)!) : undefined}
          />
        </Suspense>
      )}
    </PlaceContext.Provider>
  );
}
