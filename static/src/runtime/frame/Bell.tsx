/** The bell with its count; the notes behind it are fetched when it is pressed. */
import { Bell as Picture } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { t } from "../../kernel/i18n";
import { useUnread } from "./unread";

const Notes = lazy(() => import("../messages/Notes"));

export function Bell({ look }: { look: "rail" | "bar" }) {
  const { unread, newest } = useUnread();
  const [open, setOpen] = useState(false);
  const [rings, setRings] = useState(false);
  const before = useRef(0);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const first = before.current === 0;
    const more = newest > before.current;
    before.current = Math.max(newest, before.current, unread === null ? 0 : 1);
    if (first || !more) return;
    setRings(true);
    const timer = setTimeout(() => setRings(false), 900);
    return () => clearTimeout(timer);
  }, [newest, unread]);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  const label = unread ? t("frame.notes_count", { count: unread >= 100 ? "99+" : unread }) : t("frame.notes");
  const count = !!unread && <span className="bell-count" aria-hidden>{unread >= 100 ? "99+" : unread}</span>;
  return (
    <>
      <button ref={button} type="button" className={look === "bar" ? "plain bar-item" : "icon-button"} aria-label={label} title={label} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className={`bell ${rings ? "rings" : ""}`}><Picture size={look === "bar" ? 20 : 17} strokeWidth={1.8} aria-hidden />{count}</span>
        {look === "bar" && <span>{t("frame.notes")}</span>}
      </button>
      <span className="hidden" role="status">{rings ? label : ""}</span>
      {open && <Suspense fallback={null}><Notes close={close} /></Suspense>}
    </>
  );
}
