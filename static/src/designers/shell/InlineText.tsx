/** A text that is edited where it stands: double click or Enter, then Enter or a click elsewhere keeps it, Esc does not. */
import { useEffect, useRef, useState, type ReactNode } from "react";

interface Props {
  value: string;
  onChange: (text: string) => void;
  label: string;
  placeholder?: string;
  children?: ReactNode;
  editing?: boolean;
  onEnd?: () => void;
  className?: string;
  once?: boolean;
}

export function InlineText({ value, onChange, label, placeholder, children, editing, onEnd, className = "", once }: Props) {
  const [own, setOwn] = useState(false);
  const open = editing || own;
  const end = () => {
    setOwn(false);
    onEnd?.();
  };
  if (!open)
    return (
      <button type="button" className={`plain inline-text ${className}`} title={label} aria-label={`${label}: ${value}`} onClick={() => once && setOwn(true)} onDoubleClick={() => setOwn(true)} onKeyDown={(event) => event.key === "F2" && setOwn(true)}>
        {children ?? (value || <span className="third">{placeholder}</span>)}
      </button>
    );
  return <Editor value={value} label={label} placeholder={placeholder} end={end} onChange={onChange} className={className} />;
}

export function Editor({ value, onChange, label, placeholder, end, className = "" }: { value: string; onChange: (text: string) => void; label: string; placeholder?: string | undefined; end: () => void; className?: string }) {
  const [text, setText] = useState(value);
  const box = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  useEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, []);
  const close = (keep: boolean) => {
    if (done.current) return;
    done.current = true;
    if (keep && text.trim() && text.trim() !== value) onChange(text.trim());
    end();
  };
  return (
    <input
      ref={box} className={`inline-edit ${className}`} value={text} aria-label={label} placeholder={placeholder} onChange={(event) => setText(event.target.value)} onBlur={() => close(true)}
      onPointerDown={(event) => event.stopPropagation()} onDoubleClick={(event) => event.stopPropagation()}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") close(true);
        if (event.key === "Escape") close(false);
      }}
    />
  );
}
