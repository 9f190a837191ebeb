/** Values that a filter offers or is narrowed to, as a list of choices shows them: records by their names. */
import { t } from "../kernel/i18n";
import type { Value } from "../kernel/types";

export interface Offer {
  /** As a list keeps it; `back` gives the value itself. */
  value: string;
  label: string;
  back: Value;
}

export function offer(item: Value): Offer {
  if (item && typeof item === "object" && !Array.isArray(item)) return { value: String(item["id"]), label: String(item["label"]), back: item["id"] as Value };
  return { value: String(item), label: typeof item === "boolean" ? t(item ? "say.yes" : "say.no") : String(item), back: item };
}

/** What is offered, and before it what is chosen and not among it. */
export function offers(items: readonly Value[], chosen: readonly Value[] = []): Offer[] {
  const found = items.map(offer);
  return [...chosen.map(offer).filter((one) => !found.some((other) => other.value === one.value)), ...found];
}
