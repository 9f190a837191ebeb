/** The inbox: what waits for me, what I did, what I started, what I got a copy of; lists, tasks and the task side by side, on a phone one at a time. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { ArrowLeft, CircleCheck, Copy, Inbox, ListChecks, Send, type LucideIcon } from "lucide-react";
import { useDeferredValue, useEffect, useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { get } from "../../kernel/api";
import { typing } from "../../kernel/commands";
import { number } from "../../kernel/format";
import { extend, t } from "../../kernel/i18n";
import { useDeeds } from "../../kit/CommandPalette";
import { usePhone } from "../../kit/look";
import { Bones, Empty, Failed } from "../../kit/parts";
import type { Box, StartedItem, TaskItem } from "../flows/types";
import { link } from "../links";
import { Batch } from "./Batch";
import { useCounts } from "./counts";
import { StartedRow, TaskRow } from "./Rows";
import { StartedPane } from "./StartedPane";
import { TaskPane } from "./TaskPane";
import "../view/fields.css";
import "../form/form.css";
import "../flows/flows.css";
import "./inbox.css";

await extend("tasks");

const boxes: [Box, LucideIcon][] = [["todo", Inbox], ["done", CircleCheck], ["started", Send], ["copied", Copy]];

type Item = (TaskItem & { key: number }) | (StartedItem & { key: number });
export const isTask = (item: Item): item is TaskItem & { key: number } => "id" in item;

export default function InboxPage() {
  const { box: said = "todo", task: chosen = "" } = useParams();
  const box = (boxes.some(([name]) => name === said) ? said : "todo") as Box;
  const phone = usePhone();
  const go = useNavigate();
  const counts = useCounts();
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const [batch, setBatch] = useState<ReadonlySet<number> | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const find = useRef<HTMLInputElement>(null);
  const found = useInfiniteQuery({
    queryKey: ["tasks", box, search], initialPageParam: "", staleTime: 5_000, refetchInterval: 60_000,
    queryFn: async ({ pageParam, signal }) => {
      const page = await get<{ items: (TaskItem | StartedItem)[]; next: string | number | null }>("tasks", { box, search, after: pageParam }, signal);
      return { items: page.items.map((item) => ({ ...item, key: "id" in item ? item.id : item.instance }) as Item), next: page.next };
    },
    getNextPageParam: (page) => (page.next === null || page.next === undefined ? undefined : String(page.next)),
  });
  const items = found.data?.pages.flatMap((page) => page.items);
  const first = items?.[0];
  const at = chosen ? Number(chosen) : !phone && first ? first.key : null;
  const open = (key: number | null, replace = false) => void go(link.inbox(box, key), { replace });
  useEffect(() => setBatch(null), [box]);
  const walk = (way: 1 | -1) => {
    if (!items?.length) return;
    const index = items.findIndex((item) => item.key === at);
    const next = items[Math.max(0, Math.min(items.length - 1, index + way))];
    if (!next) return;
    open(next.key, true);
    list.current?.querySelector<HTMLElement>(`[data-task="${next.key}"]`)?.focus();
  };
  useDeeds([
    { id: "task.next", label: t("tasks.go_next"), group: t("palette.here"), keys: "j", run: () => walk(1) },
    { id: "task.before", label: t("tasks.go_before"), group: t("palette.here"), keys: "k", run: () => walk(-1) },
    { id: "task.find", label: t("tasks.search"), group: t("palette.here"), keys: "/", run: () => find.current?.focus() },
    ...boxes.map(([name]) => ({ id: `task.box.${name}`, label: t(`tasks.box_${name}`), group: t("tasks.title"), icon: "inbox", run: () => void go(link.inbox(name)) })),
  ], [items, at, box]);
  const after = (next: number | null) => {
    // the one below in the list that is in sight, else whatever the server knows of
    const index = items?.findIndex((item) => item.key === at) ?? -1;
    const rest = items?.filter((item) => item.key !== at) ?? [];
    void go(link.inbox(box, (index >= 0 ? (rest[index] ?? rest[index - 1])?.key : null) ?? next), { replace: true });
  };
  const tabs = (
    <nav className="inbox-boxes" aria-label={t("tasks.boxes")}>
      {boxes.map(([name, Picture]) => {
        const count = name === "todo" ? counts?.todo : name === "copied" ? counts?.copied : 0;
        return (
          <button key={name} type="button" className="plain inbox-box" aria-current={box === name ? "page" : undefined} onClick={() => { setTyped(""); void go(link.inbox(name)); }}>
            <Picture size={16} aria-hidden /><span className="grow cut">{t(`tasks.box_${name}`)}</span>{!!count && <span className={`inbox-count ${name === "todo" ? "on" : ""}`}>{number(count)}</span>}
          </button>
        );
      })}
    </nav>
  );
  const none = search ? <Empty picture="search" title={t("list.none_found")} /> : <Empty picture={box === "todo" ? "talk" : "list"} title={t(`tasks.none_${box}`)} hint={t(`tasks.none_${box}_hint`)} />;
  const approvable = items?.filter((item): item is TaskItem & { key: number } => isTask(item) && item.kind === "approve" && item.state === "open") ?? [];
  const rows = (
    <section className="inbox-list" aria-label={t(`tasks.box_${box}`)}>
      <header className="inbox-list-head">
        <Input ref={(node) => void (find.current = node?.input ?? null)} size="middle" allowClear value={typed} placeholder={t("tasks.search")} aria-label={t("tasks.search")} onChange={(event) => setTyped(event.target.value)} />
        {box === "todo" && approvable.length > 1 && <button type="button" className="icon-button" aria-pressed={!!batch} aria-label={t("tasks.batch")} title={t("tasks.batch")} onClick={() => setBatch(batch ? null : new Set())}><ListChecks size={17} /></button>}
      </header>
      <div ref={list} className="inbox-rows" onKeyDown={(event) => {
        const way = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
        if (!way || typing(event.target)) return;
        event.preventDefault();
        walk(way);
      }}>
        {found.isError ? <Failed error={found.error} retry={() => void found.refetch()} /> : !items ? <div style={{ padding: "0 16px" }}><Bones rows={6} /></div> : !items.length ? none : items.map((item) => (isTask(item)
          ? <TaskRow key={item.key} item={item} chosen={item.key === at} ticked={batch && item.kind === "approve" ? batch.has(item.id) : null} tick={() => setBatch((old) => { const next = new Set(old); if (!next.delete(item.id)) next.add(item.id); return next; })} open={() => open(item.key)} />
          : <StartedRow key={item.key} item={item} chosen={item.key === at} open={() => open(item.key)} />))}
        {found.hasNextPage && <div className="notes-more"><Button size="small" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>{t("tasks.more")}</Button></div>}
      </div>
      {batch && <Batch ids={[...batch]} all={approvable} select={(ids) => setBatch(new Set(ids))} close={() => setBatch(null)} />}
    </section>
  );
  const pane = at === null ? null : box === "started" ? <StartedPane key={at} id={at} /> : <TaskPane key={at} id={at} done={after} />;
  if (phone && chosen)
    return (
      <div className="inbox phone">
        <header className="inbox-phone-head"><button type="button" className="icon-button" aria-label={t("tasks.back")} onClick={() => void go(link.inbox(box))}><ArrowLeft size={19} /></button><h1 className="cut">{t(`tasks.box_${box}`)}</h1></header>
        {pane}
      </div>
    );
  return (
    <div className={`inbox ${phone ? "phone" : ""}`}>
      <div className="inbox-side"><h1>{t("tasks.title")}</h1>{tabs}</div>
      {rows}
      {!phone && <section className="inbox-pane" aria-label={t("tasks.task")}>{pane ?? <Empty picture="talk" title={items?.length ? t("tasks.choose") : t("tasks.all_done")} />}</section>}
    </div>
  );
}
