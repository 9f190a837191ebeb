/** The critical path of a network of tasks (CPM: Kelley and Walker, 1959), in whole days. */

export interface Activity {
  id: number;
  /** The day it is planned to begin on, counted from any day. */
  start: number;
  /** How many days it takes; 0 for a milestone. */
  length: number;
  /** What must be over before it begins. */
  needs: readonly number[];
}

export interface Timing {
  /** Days by which it may slip before the end of all that hangs together with it does. */
  slack: number;
  critical: boolean;
  /** The day it can begin on, and the one it can be over by. */
  earliest: number;
  over: number;
}

/**
 * Earliest and latest days of every activity. What needs nothing begins when it is planned; the others as soon as what they need is
 * over, whenever they are planned, so that a wait in the plan does not hide the path. Critical is what has no slack and hangs together with something else. Activities in a
 * circle are left out.
 */
export function timings(activities: readonly Activity[]): Map<number, Timing> {
  const known = new Map(activities.map((item) => [item.id, item]));
  const needs = (item: Activity) => item.needs.filter((id) => known.has(id) && id !== item.id);
  const order = sorted(activities, needs);
  const over = new Map<number, number>();
  const begin = new Map<number, number>();
  for (const item of order) {
    const ready = needs(item).map((id) => over.get(id)!);
    const earliest = ready.length ? Math.max(...ready) : item.start;
    begin.set(item.id, earliest);
    over.set(item.id, earliest + item.length);
  }
  // what hangs together is a project of its own, with an end of its own
  const tops = new Map<number, number>(order.map((item) => [item.id, item.id]));
  const top = (id: number): number => {
    let found = id;
    while (tops.get(found)! !== found) found = tops.get(found)!;
    tops.set(id, found);
    return found;
  };
  const linked = new Set<number>();
  for (const item of order)
    for (const id of needs(item)) {
      tops.set(top(id), top(item.id));
      linked.add(id).add(item.id);
    }
  const ends = new Map<number, number>();
  for (const item of order) ends.set(top(item.id), Math.max(ends.get(top(item.id)) ?? -Infinity, over.get(item.id)!));
  const latest = new Map<number, number>(order.map((item) => [item.id, ends.get(top(item.id))!]));
  for (const item of order.toReversed()) for (const id of needs(item)) latest.set(id, Math.min(latest.get(id)!, latest.get(item.id)! - item.length));
  return new Map(order.map((item) => {
    const slack = latest.get(item.id)! - over.get(item.id)!;
    return [item.id, { slack, critical: slack === 0 && linked.has(item.id), earliest: begin.get(item.id)!, over: over.get(item.id)! }];
  }));
}

/** Each after all that it needs; what lies in a circle, or behind one, is left out. */
function sorted(activities: readonly Activity[], needs: (item: Activity) => number[]): Activity[] {
  const open = new Map(activities.map((item) => [item.id, needs(item).length]));
  const after = new Map<number, Activity[]>();
  for (const item of activities) for (const id of needs(item)) after.set(id, [...(after.get(id) ?? []), item]);
  const order = activities.filter((item) => !open.get(item.id));
  for (const item of order)
    for (const next of after.get(item.id) ?? []) {
      const left = open.get(next.id)! - 1;
      open.set(next.id, left);
      if (!left) order.push(next);
    }
  return order;
}

/** Whether `from` would come to wait for itself if `to` needed it. */
export function circular(activities: readonly { id: number; needs: readonly number[] }[], from: number, to: number): boolean {
  const needs = new Map(activities.map((item) => [item.id, item.needs]));
  const seen = new Set<number>();
  const waiting = [from];
  while (waiting.length) {
    const id = waiting.pop()!;
    if (id === to) return true;
    if (seen.has(id)) continue;
    seen.add(id);
    waiting.push(...(needs.get(id) ?? []));
  }
  return false;
}
