/** Each channel: how it is set up, whether it sends in earnest, what it sent in a week and what it did not take. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { Send, Settings2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link } from "react-router";
import { get } from "../../kernel/api";
import { fullInstant, instant, number } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { Bones, Failed, Tag } from "../../kit/parts";
import { link } from "../links";
import { ChannelIcon, channelName, channels, reasonText } from "../../kit/messages/words";

const SetUp = lazy(() => import("./SetUp"));
const Trial = lazy(() => import("./Trial"));

export interface Property {
  title?: string;
  description?: string;
  type?: string;
  enum?: string[];
  default?: string | number | boolean;
  minimum?: number;
  maximum?: number;
  "x-widget"?: string;
  "x-group"?: string;
}

export interface ChannelCard {
  channel: string;
  group: string;
  ready: boolean;
  active: boolean;
  settings: Record<string, string | number | boolean>;
  secrets: Record<string, boolean>;
  schema: { properties: Record<string, Property>; required?: string[] };
  at: string | null;
  by: string | null;
  counts: Record<string, number>;
  troubles: { id: number; state: string; reason: string | null; error: string | null; at: string }[];
}

export default function Channels() {
  const [opened, setOpened] = useState<[ChannelCard, "set" | "try"] | null>(null);
  const found = useQuery({ queryKey: ["channels"], staleTime: 5_000, queryFn: () => get<{ items: ChannelCard[]; days: number }>("channels") });
  const items = [...(found.data?.items ?? [])].sort((a, b) => channels.indexOf(a.channel as never) - channels.indexOf(b.channel as never));
  return (
    <>
      <header className="head"><h1 className="cut">{t("admin.channels")}</h1></header>
      <div className="page-scroll">
        <p className="help admin-hint">{t("messages.channels_hint")}</p>
        {found.isError ? <Failed error={found.error} retry={() => void found.refetch()} /> : found.isPending ? <div style={{ padding: "0 24px" }}><Bones rows={8} /></div> : (
          <div className="channels">
            {items.map((item) => (
              <section key={item.channel} className={`panel channel ${item.active ? "" : "off"}`} aria-label={channelName(item.channel)}>
                <header className="channel-head">
                  <span className="channel-mark"><ChannelIcon of={item.channel} size={18} /></span>
                  <span className="grow"><b>{channelName(item.channel)}</b><span className="small third">{t(`messages.about_${item.channel}`)}</span></span>
                  <Tag color={item.ready ? "teal" : item.active ? "green" : "amber"}>{t(item.ready ? "messages.built_in" : item.active ? "messages.on" : "messages.off")}</Tag>
                </header>
                <Counts counts={item.counts} days={found.data.days} />
                {!!item.troubles.length && (
                  <ul className="channel-troubles">
                    {item.troubles.map((row) => <li key={row.id}><span className="grow">{row.error || reasonText(row.reason)}</span><time className="third" title={fullInstant(row.at)}>{instant(row.at)}</time></li>)}
                  </ul>
                )}
                <div className="channel-do">
                  {!item.ready && <Button size="small" icon={<Settings2 size={14} />} onClick={() => setOpened([item, "set"])}>{t("messages.set_up")}</Button>}
                  <Button size="small" icon={<Send size={14} />} onClick={() => setOpened([item, "try"])}>{t("messages.try")}</Button>
                  <span className="grow" />
                  {item.by && <span className="small third" title={item.at ? fullInstant(item.at) : ""}>{t("messages.set_by", { name: item.by, at: instant(item.at) })}</span>}
                </div>
              </section>
            ))}
          </div>
        )}
      </div>
      <Suspense fallback={null}>
        {opened?.[1] === "set" && <SetUp of={opened[0]} close={() => setOpened(null)} done={() => { setOpened(null); void found.refetch(); }} />}
        {opened?.[1] === "try" && <Trial of={opened[0]} close={() => { setOpened(null); void found.refetch(); }} />}
      </Suspense>
    </>
  );
}

function Counts({ counts, days }: { counts: Record<string, number>; days: number }) {
  const sum = (...words: string[]) => words.reduce((all, word) => all + (counts[word] ?? 0), 0);
  const sent = sum("sent", "delivered", "opened", "clicked");
  const failed = sum("failed");
  const waiting = sum("queued", "sending", "deferred");
  if (!sent && !failed && !waiting) return <div className="channel-counts third">{t("messages.nothing_sent", { count: days })}</div>;
  return (
    <div className="channel-counts">
      <span>{t("messages.week_sent", { count: days })} <b>{number(sent)}</b></span>
      {!!sum("opened", "clicked") && <span>{t("messages.state_opened")} <b>{number(sum("opened", "clicked"))}</b></span>}
      {!!waiting && <span>{t("messages.state_queued")} <b>{number(waiting)}</b></span>}
      {!!failed && <Link to={`${link.admin("deliveries")}?state=failed`}><span className="wrong">{t("messages.state_failed")} <b>{number(failed)}</b></span></Link>}
    </div>
  );
}
