/** A text with places for fields: places are shown as labels, inserted from a menu, and never typed as syntax. */
import { Select } from "antd";
import { useRef, useState, type KeyboardEvent } from "react";
import { t } from "../../kernel/i18n";
import type { Entity, Metadata } from "../../kernel/types";
import { withLabels, withNames } from "../inspector/words";
import type { Choices } from "./fields";

interface Props {
  metadata: Metadata;
  entity: Entity;
  fields: Choices[];
  text: string;
  title: string;
  placeholder?: string;
  lines?: boolean;
  wrong?: string | undefined;
  onChange: (text: string) => void;
}

export function Words({ metadata, entity, fields, text, title, placeholder, lines, wrong, onChange }: Props) {
  const [typed, setTyped] = useState(() => withLabels(text, metadata, entity));
  const [kept, setKept] = useState(text);
  const box = useRef<HTMLTextAreaElement>(null);
  const caret = useRef<number | null>(null);
  if (text !== kept) {
    // changed from elsewhere: undo, another language, somebody else
    setKept(text);
    setTyped(withLabels(text, metadata, entity));
  }
  const say = (next: string) => {
    const named = withNames(next, metadata, entity);
    setTyped(next);
    setKept(named);
    onChange(named);
  };
  const put = (place: string) => {
    const at = caret.current ?? typed.length;
    const shown = withLabels(place, metadata, entity);
    say(typed.slice(0, at) + shown + typed.slice(at));
    caret.current = at + shown.length;
    requestAnimationFrame(() => {
      box.current?.focus();
      box.current?.setSelectionRange(caret.current, caret.current);
    });
  };
  const keep = () => {
    caret.current = box.current?.selectionStart ?? null;
  };
  /** One stroke takes a whole place out. */
  const strike = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    event.stopPropagation();
    const { selectionStart: from, selectionEnd: to } = event.currentTarget;
    if (event.key !== "Backspace" || from !== to || typed[from - 1] !== "}") return;
    const start = typed.lastIndexOf("{", from - 1);
    if (start < 0 || typed.slice(start, from).includes("\n")) return;
    event.preventDefault();
    say(typed.slice(0, start) + typed.slice(from));
    requestAnimationFrame(() => box.current?.setSelectionRange(start, start));
  };
  return (
    <div className="words">
      <div className="words-head">
        <span className="field-label grow">{title}</span>
        <Select<string | null> size="small" variant="borderless" className="words-insert" value={null} placeholder={t("messages.d_insert")} aria-label={`${title} ${t("messages.d_insert")}`} popupMatchSelectWidth={240} showSearch={{ optionFilterProp: "label" }} options={fields} onChange={(place) => place && put(place)} />
      </div>
      <div className={`words-box ${wrong ? "bad" : ""}`}>
        <div className="words-back" aria-hidden>{pieces(typed).map((piece, at) => (piece.startsWith("{") && piece.length > 1 ? <mark key={at}>{piece}</mark> : <span key={at}>{piece}</span>))}{"\u200b"}</div>
        <textarea ref={box} rows={lines ? 3 : 1} value={typed} placeholder={placeholder ?? ""} aria-label={title} aria-invalid={!!wrong} onSelect={keep} onBlur={keep} onKeyDown={strike} onChange={(event) => say(lines ? event.target.value : event.target.value.replace(/\n/g, " "))} />
      </div>
      {wrong && <div className="wrong" role="alert">{wrong}</div>}
    </div>
  );
}

const pieces = (text: string) => text.split(/(\{[^{}]*\})/).filter(Boolean);
