/** Time zones by the names people know them by. */
import { language } from "./i18n";

export interface Zone {
  value: string;
  label: string;
  search: string;
}

/** Every zone once, with its distance from Greenwich; cities help to find it. Zones in `kept` stand for those called the same. */
export function zonesInWords(kept: readonly string[] = []): Zone[] {
  const found = new Map<string, Zone>();
  const now = new Date();
  for (const zone of [...kept, ...(Intl.supportedValuesOf?.("timeZone") ?? ["UTC"])]) {
    const part = (style: "longGeneric" | "shortOffset") => new Intl.DateTimeFormat(language(), { timeZone: zone, timeZoneName: style }).formatToParts(now).find((item) => item.type === "timeZoneName")?.value ?? "";
    const label = `${part("longGeneric")} · ${part("shortOffset").replace("GMT", "UTC")}`;
    const known = found.get(label);
    found.set(label, { value: known?.value ?? zone, label, search: `${known?.search ?? label} ${zone}` });
  }
  return [...found.values()].sort((a, b) => a.label.localeCompare(b.label, language()));
}
