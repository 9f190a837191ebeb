/** The kinds of step to choose from at a +, with what was copied. */
import { ClipboardPaste } from "lucide-react";
import { useEffect, useRef } from "react";
import { t } from "../../kernel/i18n";
import { stepKind, stepKinds } from "../../kit/flows/kinds";
import { stepLabel } from "../../kit/flows/words";
import { useDesign } from "../context";
import { useBoard } from "./board";
import { copied } from "./deeds";
import type { Spot } from "./tree";
import { titleOf } from "./words";

const order = ["approve", "fill", "notify", "branch", "parallel", "repeat", "act", "decide", "wait", "call", "end"];

/** The kinds the server knows, in the order they are used. */
export function useKinds(): string[] {
  const { schemas } = useDesign();
  const known = Object.keys(schemas.kinds["steps"] ?? {}).filter((kind) => stepKind(kind));
  const all = known.length ? known : stepKinds().map((item) => item.kind);
  return [...order.filter((kind) => all.includes(kind)), ...all.filter((kind) => !order.includes(kind))];
}

export function AddMenu({ spot }: { spot: Spot }) {
  const board = useBoard();
  const shelf = copied();
  const kinds = useKinds();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // the popover finds its place before it can take the focus
    let tries = 30;
    let frame = 0;
    const take = () => {
      box.current?.querySelector<HTMLElement>("button")?.focus();
      if (!box.current?.contains(document.activeElement) && (tries -= 1) > 0) frame = requestAnimationFrame(take);
    };
    take();
    return () => cancelAnimationFrame(frame);
  }, []);
  const walk = (event: React.KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 2, ArrowUp: -2 }[event.key];
    if (event.key === "Escape") board.openAdd(null);
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const buttons = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("button")];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
  };
  return (
    <div ref={box} className="flow-menu" role="dialog" aria-label={t("flow.add_here")} onKeyDown={walk}>
      {kinds.map((type) => {
        const kind = stepKind(type)!;
        return (
          <button key={type} type="button" className="plain flow-menu-item" aria-label={`${stepLabel(type)}: ${t(`flow.hint_${type}`)}`} onClick={() => board.add(type, spot)}>
            <span className="flow-icon" style={{ background: `var(--${kind.tone})`, color: `var(--${kind.tone}-text)` }}><kind.Icon size={15} aria-hidden /></span>
            <span className="grow"><b>{stepLabel(type)}</b><span className="small third">{t(`flow.hint_${type}`)}</span></span>
          </button>
        );
      })}
      {shelf && <button type="button" className="plain flow-menu-item wide" onClick={() => board.paste(spot)}><ClipboardPaste size={16} aria-hidden /><span className="grow cut">{t("flow.paste", { name: titleOf(shelf) })}</span></button>}
    </div>
  );
}
