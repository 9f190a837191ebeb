/** A message in a record's timeline: over which channel, what became of it; opened, why. */
import { ChevronRight } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { fullInstant, instant } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { Bones } from "../../kit/parts";
import { ChannelIcon, channelName, messageName, reasonText, State, type Delivery } from "../../kit/messages/words";

const Why = lazy(() => import("./Why"));

export default function Said({ of }: { of: Delivery }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <span className="timeline-mark"><ChannelIcon of={of.channel} size={12} /></span>
      <div className="grow">
        <div className="timeline-who">
          <b>{messageName(of)}</b>
          <span className="second">{channelName(of.channel)}</span>
          <State of={of.state} />
          <time className="third" dateTime={of.at} title={fullInstant(of.at)}>{instant(of.at)}</time>
        </div>
        {!open && (of.reason ? <div className="small second">{reasonText(of.reason)}</div> : (of.title || of.text) && <div className="said-words">{of.title || of.text}</div>)}
        <button type="button" className="plain link small said-more" aria-expanded={open} onClick={() => setOpen(!open)}><ChevronRight size={13} style={{ transform: open ? "rotate(90deg)" : undefined }} aria-hidden />{t(open ? "messages.less" : "messages.details")}</button>
        {open && <Suspense fallback={<Bones rows={3} />}><Why of={of} /></Suspense>}
      </div>
    </>
  );
}
