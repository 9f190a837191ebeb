/** The draft over a real record: what each channel would say to whom, whether it would go now and why; a test to oneself. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Modal } from "antd";
import { Check, CircleSlash, Clock, Send } from "lucide-react";
import { useEffect, useState } from "react";
import { post, Problem } from "../../kernel/api";
import { fullInstant } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import type { Entity } from "../../kernel/types";
import { ChannelIcon, channelName, good, reasonText, sentence, type Check as Asked, type Named } from "../../kit/messages/words";
import { Bones, Empty, Failed, Tag } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { useDesign } from "../context";
import type { Doc } from "../draft";
import { RecordPick } from "../forms/Sample";

interface Fault {
  word: string;
  message: string;
}

interface Spoken {
  id: string;
  channel: string;
  address: string;
  consent: boolean;
  title: Record<string, string>;
  text: Record<string, string>;
  counted: Record<string, [number, number]>;
  longest: number;
  rehearsed: boolean;
  faults: Fault[];
}

interface Answer {
  record: Named | null;
  person: Named | null;
  language: string;
  ways: Spoken[];
  faults: Fault[];
  chosen: number | null;
  state: "queued" | "deferred" | "suppressed";
  reason: string;
  until: string | null;
  trace: Asked[];
}

export function Preview({ message, entity, faults }: { message: Doc; entity: Entity; faults: number }) {
  const { app } = useDesign();
  const [record, setRecord] = useState<number | null>(null);
  const asked = useLate(message, 400);
  const found = useQuery({
    queryKey: ["message-preview", app, record, asked], enabled: record !== null && Array.isArray(asked["channels"]) && asked["channels"].length > 0, retry: 0, gcTime: 10_000, staleTime: 5_000,
    placeholderData: (before: Answer | undefined) => before,
    queryFn: () => post<Answer>(`designer/${app}/preview/message`, { message: asked, record }),
  });
  return (
    <div className="message-preview">
      <RecordPick entity={entity} value={record} onChange={setRecord} />
      {record === null ? <Empty picture="search" title={t("messages.d_record")} hint={t("messages.d_preview_hint")} />
        : !waysIn(asked) ? <Empty picture="talk" title={t("messages.d_none")} />
        : found.isError ? (found.error instanceof Problem && found.error.issues.some((issue) => issue.code === "reference.entity") ? <Empty title={t("messages.d_unpublished")} hint={t("messages.d_unpublished_hint")} /> : <Failed error={found.error} retry={() => void found.refetch()} />)
        : !found.data ? <Bones rows={6} />
        : <Answered answer={found.data} faults={faults} message={message} record={record} />}
    </div>
  );
}

const waysIn = (message: Doc) => Array.isArray(message["channels"]) && message["channels"].length > 0;

function Answered({ answer, message, record, faults }: { answer: Answer; message: Doc; record: number; faults: number }) {
  const [tried, setTried] = useState<Spoken | null>(null);
  const Picture = answer.state === "queued" ? Check : answer.state === "deferred" ? Clock : CircleSlash;
  return (
    <>
      <section className={`preview-verdict ${answer.state}`} aria-label={t("messages.why")}>
        <b className="line"><Picture size={16} aria-hidden />{answer.state === "queued" ? t("messages.d_would_go") : answer.state === "deferred" ? t("messages.d_would_wait", { until: answer.until ? fullInstant(answer.until) : "" }) : t("messages.d_would_not", { reason: reasonText(answer.reason) })}</b>
        <div className="why-list" role="list">{answer.trace.map((check, at) => {
          const Mark = good(check) ? Check : check["result"] === "wait" ? Clock : CircleSlash;
          return <div role="listitem" className="why-check" key={at}><Mark size={13} className={good(check) ? "good" : "third"} aria-hidden /><span>{sentence(check)}</span></div>;
        })}</div>
        {answer.person && answer.person.label !== answer.record?.label && <div className="small third">{t("messages.d_counted_for", { name: answer.person.label })}</div>}
        {!!faults && <div className="small wrong">{t("messages.d_pick_first", { count: faults })}</div>}
        {answer.faults.map((fault, at) => <div key={at} className="wrong">{fault.message}</div>)}
      </section>
      {answer.ways.map((way, at) => (
        <section key={way.id} className={`preview-way ${at === answer.chosen ? "chosen" : ""}`} aria-label={channelName(way.channel)}>
          <header className="line"><ChannelIcon of={way.channel} /><b>{channelName(way.channel)}</b><span className="grow cut second small">{way.channel === way.address ? "" : way.address}</span>{at === answer.chosen ? <Tag color="green">{t("messages.d_taken")}</Tag> : !way.address ? <Tag>{t("messages.d_to_nobody")}</Tag> : !way.consent ? <Tag color="amber">{t("messages.d_no_consent")}</Tag> : null}</header>
          {spokenIn(way).map((language) => (
            <div key={language} className={`preview-words ${language && language !== answer.language ? "other" : ""}`}>
              {language && <span className="small third">{t(`messages.d_lang_${language}`)}</span>}
              {way.title[language] && <b>{way.title[language]}</b>}
              <div className="why-text">{way.text[language] || (way.title[language] ? "" : t("messages.d_empty"))}</div>
              {way.counted[language] && <span className={`small ${way.longest && way.counted[language][0] > way.longest ? "wrong" : "third"}`}>{t("messages.d_length", { length: way.counted[language][0], parts: way.counted[language][1] })}</span>}
            </div>
          ))}
          {way.faults.map((fault, number) => <div key={number} className="wrong">{fault.message}</div>)}
          <div className="line preview-foot">{way.rehearsed && <span className="small third grow">{t("messages.rehearsed_hint")}</span>}{!way.rehearsed && <span className="grow" />}<Button size="small" icon={<Send size={13} />} onClick={() => setTried(way)}>{t("messages.d_try")}</Button></div>
        </section>
      ))}
      {tried && <Try way={tried} message={message} record={record} close={() => setTried(null)} />}
    </>
  );
}

/** The languages a channel has words in; those for everybody come as "". */
function spokenIn(way: Spoken): string[] {
  const found = [...new Set([...Object.keys(way.title), ...Object.keys(way.text)])];
  return found.length ? found : [""];
}

function Try({ way, message, record, close }: { way: Spoken; message: Doc; record: number; close: () => void }) {
  const { app } = useDesign();
  const toast = useToast();
  const [address, setAddress] = useState("");
  const [busy, setBusy] = useState(false);
  const needs = way.channel === "sms" || way.channel === "email";
  const send = async () => {
    setBusy(true);
    try {
      await post(`designer/${app}/preview/message/test`, { message, record, way: way.id, address: address || way.channel });
      toast.done(t(way.rehearsed ? "messages.try_recorded" : "messages.try_sent"));
      close();
    } catch (error) {
      toast.failed(error);
      setBusy(false);
    }
  };
  return (
    <Modal open title={t("messages.try_title", { name: channelName(way.channel) })} width={440} okText={t("messages.try_send")} cancelText={t("do.cancel")} confirmLoading={busy} okButtonProps={{ disabled: needs && !address.trim() }} onOk={() => void send()} onCancel={close}>
      <p className="second">{t(way.rehearsed ? "messages.try_off" : needs ? "messages.try_hint" : way.channel === "inbox" ? "messages.try_hint_me" : "messages.try_hint_room")}</p>
      {needs && <Input autoFocus value={address} aria-label={t(`messages.address_${way.channel}`)} placeholder={t(`messages.address_${way.channel}`)} onChange={(event) => setAddress(event.target.value)} onPressEnter={() => void send()} />}
    </Modal>
  );
}

/** A value once it has rested a while. */
function useLate<T>(value: T, pause: number): T {
  const [late, setLate] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setLate(value), pause);
    return () => clearTimeout(timer);
  }, [value, pause]);
  return late;
}
