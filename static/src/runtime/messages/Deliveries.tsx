/** Every message that was asked for: found by filters, each with its words, its way and its why; tried again by hand. */
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Button, DatePicker, Input, Segmented, Select } from "antd";
import dayjs from "dayjs";
import { ChevronRight, RotateCw, Search } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link, useSearchParams } from "react-router";
import { get, post } from "../../kernel/api";
import { fullInstant, instant, number } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { Label } from "../../kernel/types";
import { usePhone } from "../../kit/look";
import { Bones, Empty, Failed, Tag } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { link } from "../links";
import { client, useSession } from "../session";
import { ChannelIcon, channelName, channels, messageName, reasonText, State, states, type Delivery } from "../../kit/messages/words";

const Why = lazy(() => import("./Why"));
const Recorded = lazy(() => import("./Recorded"));

interface Page {
  items: Delivery[];
  next: number | null;
}

interface Summary {
  states: Record<string, number>;
  messages: { name: string; label: Label; application: Label }[];
  days: number;
}

const kept = ["state", "channel", "message", "person", "search", "from", "to"] as const;

export default function Deliveries() {
  const toast = useToast();
  const phone = usePhone();
  const admin = !!useSession().data?.user?.is_admin;
  const [search, setSearch] = useSearchParams();
  const [tab, setTab] = useState<"log" | "recorded">("log");
  const filters = Object.fromEntries(kept.map((key) => [key, search.get(key) ?? ""]));
  const summary = useQuery({ queryKey: ["deliveries", "summary"], staleTime: 10_000, queryFn: () => get<Summary>("deliveries/summary") });
  const log = useInfiniteQuery({
    queryKey: ["deliveries", "log", filters], staleTime: 5_000, initialPageParam: 0, refetchInterval: 20_000,
    queryFn: ({ pageParam, signal }) => get<Page>("deliveries", { ...filters, before: pageParam || null }, signal),
    getNextPageParam: (page) => page.next,
  });
  const put = (values: Partial<Record<(typeof kept)[number], string>>) => setSearch((old) => {
    const next = new URLSearchParams(old);
    for (const [key, value] of Object.entries(values)) if (value) next.set(key, value); else next.delete(key);
    return next;
  }, { replace: true });
  const chosen = new Set(filters["state"] ? filters["state"].split(",") : []);
  const toggle = (state: string) => {
    const next = new Set(chosen);
    if (!next.delete(state)) next.add(state);
    put({ state: [...next].join(",") });
  };
  const items = log.data?.pages.flatMap((page) => page.items) ?? [];
  const narrowed = kept.some((key) => filters[key]);
  const again = async (one?: Delivery) => {
    try {
      const { again: count } = one ? await post<{ again: number }>(`deliveries/${one.id}/resend`) : await post<{ again: number }>("deliveries/resend", { filters: { ...filters, state: "failed" } });
      if (count) toast.done(t("messages.resent", { count }));
      else toast.say(t("messages.resent_none"));
      await client.invalidateQueries({ queryKey: ["deliveries"] });
    } catch (error) {
      toast.failed(error);
    }
  };
  const ask = () => toast.modal.confirm({ title: t("messages.resend_ask"), content: t("messages.resend_hint"), icon: null, okText: t("messages.resend_failed"), cancelText: t("do.cancel"), onOk: () => again() });
  return (
    <>
      <header className="head">
        <h1 className="cut">{t("admin.deliveries")}</h1>
        {admin && <Segmented<"log" | "recorded"> size="small" value={tab} onChange={setTab} options={[{ value: "log", label: t("messages.log") }, { value: "recorded", label: t("messages.recorded") }]} />}
        <div className="head-do">{admin && tab === "log" && !!summary.data?.states["failed"] && <Button icon={<RotateCw size={15} />} aria-label={t("messages.resend_failed")} onClick={ask}>{!phone && t("messages.resend_failed")}</Button>}</div>
      </header>
      {tab === "recorded" ? <Suspense fallback={<div style={{ padding: 24 }}><Bones /></div>}><Recorded /></Suspense> : (
        <div className="page-scroll">
          <div className="deliveries-states" role="group" aria-label={t("messages.states", { count: summary.data?.days ?? 30 })}>
            {states.filter((state) => summary.data?.states[state] || chosen.has(state)).map((state) => <button key={state} type="button" className="plain deliveries-state" aria-pressed={chosen.has(state)} onClick={() => toggle(state)}>{t(`messages.state_${state}`)}<b>{number(summary.data?.states[state] ?? 0)}</b></button>)}
          </div>
          <div className="deliveries-bar">
            <Select className="deliveries-narrow" allowClear value={filters["message"] || undefined} placeholder={t("messages.any_message")} aria-label={t("messages.message")} showSearch={{ optionFilterProp: "label" }} popupMatchSelectWidth={260} options={(summary.data?.messages ?? []).map((item) => ({ value: item.name, label: pick(item.label) }))} onChange={(message?: string) => put({ message: message ?? "" })} />
            <Select className="deliveries-narrow" allowClear value={filters["channel"] || undefined} placeholder={t("messages.any_channel")} aria-label={t("messages.channel")} options={channels.map((word) => ({ value: word, label: channelName(word) }))} onChange={(channel?: string) => put({ channel: channel ?? "" })} />
            <DatePicker.RangePicker className="deliveries-narrow" allowEmpty={[true, true]} aria-label={t("messages.days")} value={[filters["from"] ? dayjs(filters["from"]) : null, filters["to"] ? dayjs(filters["to"]) : null]} onChange={(range) => put({ from: range?.[0]?.format("YYYY-MM-DD") ?? "", to: range?.[1]?.format("YYYY-MM-DD") ?? "" })} />
            {admin && <Input.Search className="deliveries-narrow" allowClear style={{ maxWidth: 240 }} defaultValue={filters["search"] ?? ""} placeholder={t("messages.search")} aria-label={t("messages.search")} enterButton={<Search size={14} aria-label={t("messages.search")} />} onSearch={(text) => put({ search: text.trim() })} />}
            {filters["person"] && <Tag color="teal">{t("messages.one_person")} <button type="button" className="plain" aria-label={t("do.remove")} onClick={() => put({ person: "" })}>×</button></Tag>}
          </div>
          <div className="admin-sheet">
            {log.isPending ? <div style={{ padding: "0 20px" }}><Bones rows={8} /></div>
              : log.isError ? <Failed error={log.error} retry={() => void log.refetch()} />
              : !items.length ? <Empty picture={narrowed ? "search" : "talk"} title={t(narrowed ? "messages.none_found" : "messages.none")} hint={t(narrowed ? "messages.none_found_hint" : "messages.none_hint")}>{narrowed && <Button onClick={() => setSearch({}, { replace: true })}>{t("messages.clear")}</Button>}</Empty>
              : items.map((item) => <Row key={item.id} of={item} admin={admin} again={() => void again(item)} person={(word) => put({ person: word })} />)}
          </div>
          {log.hasNextPage && <div className="deliveries-more"><Button loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>{t("messages.more")}</Button></div>}
        </div>
      )}
    </>
  );
}

function Row({ of, admin, again, person }: { of: Delivery; admin: boolean; again: () => void; person: (word: string) => void }) {
  const [open, setOpen] = useState(false);
  const who = of.person ?? of.record;
  const resendable = admin && ((of.state === "failed" && of.channel) || (of.state === "suppressed" && of.message));
  return (
    <div className="delivery">
      <button type="button" className="plain delivery-row" aria-expanded={open} onClick={() => setOpen(!open)}>
        <ChannelIcon of={of.channel} size={17} />
        <span className="cut"><b className="admin-name">{messageName(of)}</b></span>
        <span className="cut second delivery-person">{who?.label ?? (of.message ? t("messages.out_of_sight") : t("messages.to_me"))}{of.address && of.channel !== "inbox" ? <span className="third small"> {of.address}</span> : null}</span>
        <span className="cut second delivery-words">{of.reason ? reasonText(of.reason) : of.hidden ? t("messages.words_hidden_short") : of.title || of.text || ""}</span>
        <time className="third number small" dateTime={of.at} title={fullInstant(of.at)}>{instant(of.at)}</time>
        <span className="delivery-state line" style={{ justifyContent: "flex-end" }}><State of={of.state} /></span>
        <ChevronRight size={15} className="delivery-fold" aria-hidden />
      </button>
      {open && (
        <div className="delivery-open">
          <Suspense fallback={<Bones rows={4} />}><Why of={of} /></Suspense>
          <div className="delivery-do">
            {resendable && <Button size="small" icon={<RotateCw size={14} />} onClick={again}>{t(of.state === "failed" ? "messages.resend" : "messages.ask_again")}</Button>}
            {of.record && <Link to={link.record(of.record.application, of.record.entity, of.record.id)}><Button size="small">{t("messages.open_record", { name: of.record.label })}</Button></Link>}
            {who && <Button size="small" type="text" onClick={() => person(`${who.application}.${who.entity}:${who.id}`)}>{t("messages.all_of_person")}</Button>}
          </div>
        </div>
      )}
    </div>
  );
}
