/** The panel behind the bell: who or what, when; a press opens the record and counts as read. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { CheckCheck, EyeOff, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { get, post } from "../../kernel/api";
import { fullInstant, instant } from "../../kernel/format";
import { t } from "../../kernel/i18n";
import { Bones, Empty, Failed } from "../../kit/parts";
import { useToast } from "../../kit/toast";
import { tellUnread, useUnread } from "../frame/unread";
import { link } from "../links";
import { client } from "../session";
import "../../kit/messages/words";
import type { Named } from "../../kit/messages/words";

interface Note {
  id: number;
  title: string;
  text: string;
  record: Named | null;
  hidden: boolean;
  at: string;
  read: boolean;
}

interface Page {
  items: Note[];
  next: number | null;
  unread: number;
}

export default function Notes({ close }: { close: () => void }) {
  const go = useNavigate();
  const toast = useToast();
  const { unread, newest } = useUnread();
  const box = useRef<HTMLDivElement>(null);
  const notes = useInfiniteQuery({
    queryKey: ["notes"], staleTime: 0, initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => get<Page>("inbox", { before: pageParam || null }, signal),
    getNextPageParam: (page) => page.next,
  });
  useEffect(() => void client.invalidateQueries({ queryKey: ["notes"] }), [newest]);
  useEffect(() => {
    box.current?.focus();
    const away = (event: MouseEvent) => {
      const target = event.target as Element;
      if (!box.current?.contains(target) && !target.closest("[aria-haspopup=dialog]")) close();
    };
    document.addEventListener("mousedown", away);
    return () => document.removeEventListener("mousedown", away);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const items = notes.data?.pages.flatMap((page) => page.items) ?? [];
  const read = async (ids?: number[]) => {
    try {
      tellUnread(await post<{ unread: number }>("inbox/read", ids ? { ids } : {}));
      await client.invalidateQueries({ queryKey: ["notes"] });
    } catch (error) {
      toast.failed(error);
    }
  };
  const visit = (note: Note) => {
    if (!note.read) void read([note.id]);
    if (!note.record) return;
    close();
    void go(link.record(note.record.application, note.record.entity, note.record.id));
  };
  const walk = (event: React.KeyboardEvent) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const buttons = [...(box.current?.querySelectorAll<HTMLButtonElement>(".note") ?? [])];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
  };
  return (
    <div ref={box} className="notes" role="dialog" aria-label={t("frame.notes")} tabIndex={-1} onKeyDown={walk}>
      <header className="notes-head">
        <h2 className="grow">{t("frame.notes")}</h2>
        {!!unread && <Button size="small" type="text" icon={<CheckCheck size={15} />} onClick={() => void read()}>{t("messages.read_all")}</Button>}
        <button type="button" className="icon-button" aria-label={t("do.close")} onClick={close}><X size={17} /></button>
      </header>
      <div className="notes-list">
        {notes.isPending ? <div style={{ padding: "0 16px" }}><Bones rows={5} /></div>
          : notes.isError ? <Failed error={notes.error} retry={() => void notes.refetch()} />
          : !items.length ? <Empty picture="talk" title={t("messages.notes_none")} hint={t("messages.notes_none_hint")} />
          : items.map((note) => (
            <button key={note.id} type="button" className={`plain note ${note.read ? "" : "unread"}`} onClick={() => visit(note)}>
              <span className="note-dot" aria-label={note.read ? undefined : t("messages.unread")} />
              <span className="grow">
                {note.hidden ? <span className="note-hidden"><EyeOff size={14} aria-hidden />{t("messages.note_hidden")}</span> : (
                  <>
                    <span className="note-title">{note.title}</span>
                    {note.text && <span className="note-text">{note.text}</span>}
                  </>
                )}
                <span className="small third line note-foot">{note.record && <span className="cut">{note.record.label}</span>}<time dateTime={note.at} title={fullInstant(note.at)}>{instant(note.at)}</time></span>
              </span>
            </button>
          ))}
        {notes.hasNextPage && <div className="notes-more"><Button size="small" loading={notes.isFetchingNextPage} onClick={() => void notes.fetchNextPage()}>{t("messages.more")}</Button></div>}
      </div>
    </div>
  );
}
