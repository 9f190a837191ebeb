/** What a hand or a key is doing with a bar: shown at once, saved when it is let go, taken back by Escape. */
import { useCallback, useEffect, useRef, useState } from "react";
import { moved, type Side, type Task } from "./plan";

export interface Held {
  id: number;
  start: string;
  end: string;
}

export interface Drawn {
  from: number;
  x: number;
  y: number;
}

/** How long after the last key a move by keys is kept. */
const pause = 900;

export function useHand(width: number, keep: (task: Task, to: { start: string; end: string }) => void) {
  const [held, setHeld] = useState<Held | null>(null);
  const now = useRef<{ task: Task; to: { start: string; end: string } } | null>(null);
  const timer = useRef(0);
  const put = useCallback((task: Task, to: { start: string; end: string }) => {
    now.current = { task, to };
    setHeld({ id: task.id, ...to });
  }, []);
  const drop = useCallback(() => {
    window.clearTimeout(timer.current);
    now.current = null;
    setHeld(null);
  }, []);
  const done = useCallback(() => {
    const last = now.current;
    drop();
    if (last && (last.to.start !== last.task.start || last.to.end !== last.task.end)) keep(last.task, last.to);
  }, [drop, keep]);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  /** A pointer takes a bar, or one of its ends; `clicked` when it is let go where it was. */
  const take = useCallback((event: React.PointerEvent, task: Task, side: Side, clicked: () => void) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    (event.currentTarget as HTMLElement).focus({ preventScroll: true });
    const from = event.clientX;
    let far = false;
    const move = (next: PointerEvent) => {
      const by = next.clientX - from;
      far ||= Math.abs(by) > 4;
      if (far) put(task, moved(task, side, Math.round(by / width)));
    };
    const stop = (key?: KeyboardEvent) => {
      if (key && key.key !== "Escape") return;
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", up);
      window.removeEventListener("pointercancel", cancel);
      window.removeEventListener("keydown", stop);
      if (key) drop();
    };
    const up = () => {
      stop();
      if (far) done();
      else clicked();
    };
    const cancel = () => {
      stop();
      drop();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up);
    window.addEventListener("pointercancel", cancel);
    window.addEventListener("keydown", stop);
  }, [width, put, done, drop]);

  /** Arrows move a bar by a day, with Shift its end, with Alt its begin; Enter keeps, Escape takes back. True when the key was ours. */
  const key = useCallback((event: React.KeyboardEvent, task: Task): boolean => {
    const mine = now.current?.task.id === task.id;
    if (event.key === "Escape" && mine) {
      drop();
      return true;
    }
    if (event.key === "Enter" && mine) {
      done();
      return true;
    }
    const by = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (!by) return false;
    const side: Side = event.shiftKey ? "end" : event.altKey ? "start" : "move";
    put(task, moved(mine && now.current ? now.current.to : task, side, by * (event.ctrlKey || event.metaKey ? 7 : 1)));
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(done, pause);
    return true;
  }, [put, done, drop]);

  return { held, take, key, done };
}
