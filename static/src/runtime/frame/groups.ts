/** The entries of a menu under the titles they stand below. */
import type { MenuItem } from "../../kernel/types";

/** Groups of a menu: an item without target is the title of those in it, or of those that follow. */
export function groups(menu: MenuItem[]): { title: MenuItem | null; items: MenuItem[] }[] {
  const found: { title: MenuItem | null; items: MenuItem[] }[] = [{ title: null, items: [] }];
  for (const item of menu) {
    // what comes after a group with entries of its own stands for itself
    if (item.items?.length) found.push({ title: item, items: [...item.items] }, { title: null, items: [] });
    else if (!item.view && !item.board && !item.form) found.push({ title: item, items: [] });
    else found.at(-1)!.items.push(item);
  }
  return found.filter((group) => group.items.length);
}
