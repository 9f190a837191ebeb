/** Puts the cursor into an editor that has just appeared, even when its code had to be fetched first. */
import { useEffect, type RefObject } from "react";

export function useFocusInside(box: RefObject<HTMLElement | null>, on: boolean) {
  useEffect(() => {
    if (!on) return;
    const take = () => {
      const input = box.current?.querySelector<HTMLElement>("input:not([type=hidden]), textarea, [role=textbox], [role=switch], [role=radio]");
      if (!input) return false;
      if (!box.current?.contains(document.activeElement) || document.activeElement === box.current) input.focus();
      return true;
    };
    if (take()) return;
    const watch = new MutationObserver(() => take() && watch.disconnect());
    if (box.current) watch.observe(box.current, { childList: true, subtree: true });
    return () => watch.disconnect();
  }, [box, on]);
}
