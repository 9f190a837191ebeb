/** A tree too large for its window, small in the corner: its cards as boxes, and what is in sight; a press goes there. */
import { useEffect, useState, type RefObject } from "react";
import { t } from "../../kernel/i18n";

interface Drawn {
  width: number;
  height: number;
  cards: { x: number; y: number; width: number; height: number; on: boolean }[];
  sight: { x: number; y: number; width: number; height: number };
}

const size = 150;

function look(box: HTMLElement): Drawn | null {
  if (box.scrollWidth <= box.clientWidth + 8 && box.scrollHeight <= box.clientHeight * 1.4) return null;
  const frame = box.getBoundingClientRect();
  const cards = [...box.querySelectorAll<HTMLElement>(".flow-card, .flow-condition, .flow-start")].map((card) => {
    const rect = card.getBoundingClientRect();
    return { x: rect.left - frame.left + box.scrollLeft, y: rect.top - frame.top + box.scrollTop, width: rect.width, height: rect.height, on: card.classList.contains("chosen") };
  });
  return { width: box.scrollWidth, height: box.scrollHeight, cards, sight: { x: box.scrollLeft, y: box.scrollTop, width: box.clientWidth, height: box.clientHeight } };
}

/** `shape` changes whenever the tree may have another form. */
export function MiniMap({ scroll, shape }: { scroll: RefObject<HTMLDivElement | null>; shape: string }) {
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  useEffect(() => {
    const box = scroll.current;
    if (!box) return;
    let frame = 0;
    const draw = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => setDrawn(look(box)));
    };
    draw();
    const watch = new ResizeObserver(draw);
    watch.observe(box);
    const tree = box.querySelector(".flow-tree");
    if (tree) watch.observe(tree);
    box.addEventListener("scroll", draw, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      watch.disconnect();
      box.removeEventListener("scroll", draw);
    };
  }, [scroll, shape]);
  if (!drawn) return null;
  const share = Math.min(size / drawn.width, size / drawn.height);
  const visit = (event: React.PointerEvent<SVGSVGElement>) => {
    const rect = event.currentTarget.getBoundingClientRect();
    scroll.current?.scrollTo((event.clientX - rect.left) / share - drawn.sight.width / 2, (event.clientY - rect.top) / share - drawn.sight.height / 2);
  };
  return (
    <svg className="flow-map" width={drawn.width * share} height={drawn.height * share} role="img" aria-label={t("flow.map")} onPointerDown={visit} onPointerMove={(event) => event.buttons && visit(event)}>
      {drawn.cards.map((card, at) => <rect key={at} x={card.x * share} y={card.y * share} width={card.width * share} height={Math.max(2, card.height * share)} rx="1.5" className={card.on ? "on" : ""} />)}
      <rect className="sight" x={drawn.sight.x * share} y={drawn.sight.y * share} width={Math.min(drawn.sight.width, drawn.width) * share} height={Math.min(drawn.sight.height, drawn.height) * share} rx="2" />
    </svg>
  );
}
