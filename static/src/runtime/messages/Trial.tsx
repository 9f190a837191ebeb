/** One test message over a channel, watched until something became of it. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { Send } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { get, post } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import { Bones } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import type { ChannelCard } from "./Channels";
import { channelName, State, type Delivery } from "../../kit/messages/words";

const Why = lazy(() => import("./Why"));
const addressed = new Set(["sms", "email"]);

export default function Trial({ of, close }: { of: ChannelCard; close: () => void }) {
  const toast = useToast();
  const [address, setAddress] = useState("");
  const [sent, setSent] = useState(0);
  const [busy, setBusy] = useState(false);
  const needs = addressed.has(of.channel);
  const watched = useWatched(sent);
  const go = async () => {
    setBusy(true);
    try {
      setSent((await post<{ delivery: number }>(`channels/${of.channel}/test`, { address })).delivery);
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open title={t("messages.try_title", { name: channelName(of.channel) })} footer={null} width={520} onCancel={close}>
      <div className="channel-form">
        <p className="second">{t(of.active ? (needs ? "messages.try_hint" : `messages.try_hint_${of.channel === "inbox" ? "me" : "room"}`) : "messages.try_off")}</p>
        <div className="channel-try">
          {needs && <Input autoFocus value={address} aria-label={t(`messages.address_${of.channel}`)} placeholder={t(`messages.address_${of.channel}`)} onChange={(event) => setAddress(event.target.value)} onPressEnter={() => void go()} />}
          <Button type="primary" icon={<Send size={14} />} loading={busy} disabled={needs && !address.trim()} onClick={() => void go()}>{t("messages.try_send")}</Button>
        </div>
        {!!sent && <Outcome delivery={watched} />}
      </div>
    </Modal>
  );
}

/** A delivery, asked for anew until it is known what became of it. */
export function useWatched(id: number): Delivery | undefined {
  return useQuery({
    queryKey: ["deliveries", "one", id], enabled: !!id, staleTime: 0,
    queryFn: () => get<Delivery>(`deliveries/${id}`),
    refetchInterval: (query) => (query.state.data && !["queued", "sending"].includes(query.state.data.state) ? false : 700),
  }).data;
}

export function Outcome({ delivery }: { delivery: Delivery | undefined }) {
  if (!delivery) return <Bones rows={2} />;
  return (
    <div className="panel" style={{ padding: 14 }}>
      <div className="line"><State of={delivery.state} />{delivery.rehearsed && <span className="small third">{t("messages.rehearsed_hint")}</span>}</div>
      <Suspense fallback={<Bones rows={3} />}><Why of={delivery} /></Suspense>
    </div>
  );
}
