/** One delivery in full: the words, the way it went in time, and why it was decided so. */
import { Check, CircleSlash, Clock } from "lucide-react";
import { fullInstant, instant } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { channelName, good, reasonText, sentence, type Delivery } from "../../kit/messages/words";

const steps = ["at", "due_at", "sent_at", "delivered_at", "opened_at", "clicked_at", "failed_at"] as const;

export default function Why({ of }: { of: Delivery }) {
  const times = steps.filter((step) => of[step] && !(step === "due_at" && of.state !== "deferred"));
  return (
    <div className="why">
      <section>
        {of.hidden ? <p className="second">{t("messages.words_hidden")}</p> : of.title || of.text ? (
          <div className="why-words">
            {of.title && <b>{of.title}</b>}
            {of.text && <div className="why-text">{of.text}</div>}
          </div>
        ) : <p className="third">{t("messages.no_words")}</p>}
        <div className="small third why-foot">
          <span>{channelName(of.channel)}{of.address && of.channel !== "inbox" ? ` · ${of.address}` : ""}</span>
          <span>{t(`messages.purpose_${of.purpose}`)}</span>
          {of.attempts > 1 && <span>{t("messages.attempts", { count: of.attempts })}</span>}
          {of.rehearsed && <span>{t("messages.rehearsed_hint")}</span>}
        </div>
      </section>
      <section>
        <h4>{t("messages.way")}</h4>
        <div className="why-way" role="list">
          {times.map((step) => <div role="listitem" key={step} className={step === "failed_at" ? "why-step bad" : "why-step"}><span>{t(`messages.step_${step}`)}</span><time className="third number" dateTime={of[step]!} title={fullInstant(of[step]!)}>{instant(of[step]!)}</time></div>)}
        </div>
        {of.error && of.state !== "sent" && <p className="wrong why-error">{of.error}</p>}
        {of.error && of.state === "queued" && <p className="help">{t("messages.again_later")}</p>}
      </section>
      <section>
        <h4>{t("messages.why")}</h4>
        {of.reason && <p className="why-reason">{reasonText(of.reason)}</p>}
        <div className="why-list" role="list">
          {of.trace.map((check, at) => {
            const Picture = good(check) ? Check : check["result"] === "wait" ? Clock : CircleSlash;
            return <div role="listitem" className="why-check" key={at}><Picture size={14} className={good(check) ? "good" : "third"} aria-hidden /><span>{sentence(check)}</span></div>;
          })}
        </div>
        {!of.trace.length && !of.reason && <p className="third">{t("messages.why_none")}</p>}
      </section>
    </div>
  );
}
