/** Deliveries in words: states with their colours, channels with their pictures, the arbiter's questions as sentences. */
import { Bell, Mail, MessageSquare, Smartphone, Webhook } from "lucide-react";
import { fullInstant } from "../../kernel/format";
import { extend, i18n, pick, t } from "../../kernel/i18n";
import type { Json, Label } from "../../kernel/types";
import { Tag } from "../parts";
import "./messages.css";

await extend("messages");

export interface Named {
  application: string;
  entity: string;
  id: number;
  label: string;
}

export type Check = { [word: string]: Json };

export interface Delivery {
  id: number;
  message: { name: string; label: Label } | null;
  record: Named | null;
  person: Named | null;
  purpose: string;
  channel: string | null;
  address: string | null;
  language: string | null;
  title: string | null;
  text: string | null;
  hidden: boolean;
  state: string;
  reason: string | null;
  rehearsed: boolean;
  attempts: number;
  error: string | null;
  trace: Check[];
  at: string;
  due_at: string | null;
  sent_at: string | null;
  delivered_at: string | null;
  opened_at: string | null;
  clicked_at: string | null;
  failed_at: string | null;
}

export const states = ["queued", "deferred", "sending", "sent", "delivered", "opened", "clicked", "failed", "suppressed"] as const;
export const channels = ["inbox", "sms", "email", "wecom", "dingtalk", "feishu", "webhook"] as const;
const colours: Record<string, string> = { queued: "amber", deferred: "amber", sending: "blue", sent: "blue", delivered: "teal", opened: "green", clicked: "green", failed: "red", suppressed: "gray" };
const pictures = { inbox: Bell, email: Mail, sms: Smartphone, webhook: Webhook } as const;

export const State = ({ of }: { of: string }) => <Tag color={colours[of] ?? "gray"}>{t(`messages.state_${of}`)}</Tag>;
export const channelName = (word: string | null) => (word ? (i18n.exists(`messages.channel_${word}`) ? t(`messages.channel_${word}`) : word) : t("messages.no_channel"));

export function ChannelIcon({ of, size = 15 }: { of: string | null; size?: number }) {
  const Picture = pictures[of as keyof typeof pictures] ?? MessageSquare;
  return <Picture size={size} strokeWidth={1.8} aria-hidden />;
}

export const messageName = (delivery: Delivery) => (delivery.message ? pick(delivery.message.label) || t("messages.gone") : t("messages.test"));
export const reasonText = (reason: string | null) => (reason && i18n.exists(`messages.reason_${reason}`) ? t(`messages.reason_${reason}`) : (reason ?? ""));

/** One question of the arbiter and its answer, as a sentence. */
export function sentence(check: Check): string {
  const said = { ...check, channel: channelName(String(check["channel"] ?? "")), until: typeof check["until"] === "string" ? fullInstant(check["until"]) : "" };
  const sent = Number(check["sent"] ?? 0);
  const first = Number(check["first"] ?? 0);
  const cap = Number(check["cap"] ?? 0);
  if (check["check"] === "cap") return t(sent >= cap ? "messages.why_cap_full" : sent + first >= cap ? "messages.why_cap_first" : "messages.why_cap", said);
  return t(`messages.why_${String(check["check"])}${check["result"] ? `_${String(check["result"])}` : ""}`, said);
}

export const good = (check: Check) => check["result"] === "fine" || check["check"] === "test" || (check["check"] === "cap" && Number(check["sent"]) + Number(check["first"]) < Number(check["cap"]));
