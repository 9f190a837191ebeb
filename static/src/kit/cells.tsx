/** How values are shown on one line: the cells that several field types share. */
import { Lock } from "lucide-react";
import type { ReactNode } from "react";
import { instant } from "../kernel/format";
import { pick, t } from "../kernel/i18n";
import type { Field, Option, RecordData, Ref, Value } from "../kernel/types";
import { usePlace, type CellProps } from "./fields";
import { Face, Tag } from "./parts";

export const asText = (value: Value): string => {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map(asText).filter(Boolean).join(", ");
  if (typeof value === "object") return String(value["label"] ?? value["name"] ?? Object.values(value).filter((part) => typeof part === "string").join(""));
  return String(value);
};

export const Text = ({ value }: CellProps) => <span className="cut">{asText(value)}</span>;
export const Figure = ({ children, negative }: { children: ReactNode; negative?: boolean }) => <span className={`number ${negative ? "negative" : ""}`}>{children}</span>;

export function Masked() {
  return (
    <span className="third line" style={{ gap: 4 }} title={t("field.masked")}>
      <Lock size={12} aria-hidden />
      <span aria-hidden>••••</span>
      <span className="hidden">{t("field.masked")}</span>
    </span>
  );
}

/** The lock of a measured value that no longer moves, in a list; its record tells so. */
export function Still({ record, name }: { record: RecordData; name: string }) {
  const taken = (record["_still"] as Record<string, string> | undefined)?.[name];
  if (!taken) return null;
  const said = t("measured.still", { when: instant(taken) });
  return (
    <span className="third still" title={said}>
      <Lock size={12} aria-hidden />
      <span className="hidden">{said}</span>
    </span>
  );
}

/** What a record is called: by its title, in words where that is blank, a lock where the reader may not know. */
export const Called = ({ of }: { of: { label: string | null } }) => (typeof of.label !== "string" ? <Masked /> : of.label ? <>{of.label}</> : <span className="third">{t("record.untitled")}</span>);

export function option(field: Field, value: string, list: Option[] = field.options ?? []): Option | undefined {
  for (const item of list) {
    if (item.value === value) return item;
    const below = item.children && option(field, value, item.children);
    if (below) return below;
  }
  return undefined;
}

export const chosen = (value: Value): string[] => (Array.isArray(value) ? value.map(String) : value === null || value === undefined || value === "" ? [] : [String(value)]);

export function Choices({ value, field, wrap }: CellProps & { wrap?: boolean }) {
  const list = chosen(value);
  if (!list.length) return null;
  return (
    <span className={`tags ${wrap ? "wrap" : ""}`}>
      {list.map((word) => {
        const found = option(field, word);
        return (
          <Tag key={word} color={found?.color}>
            {pick(found?.label, word)}
          </Tag>
        );
      })}
    </span>
  );
}

export const refsOf = (value: Value): Ref[] =>
  (Array.isArray(value) ? value : [value]).filter((item) => item !== null && item !== undefined).map((item) => (typeof item === "object" ? (item as unknown as Ref) : { id: Number(item), label: `#${String(item)}` }));

export function Who({ value }: CellProps) {
  const list = refsOf(value);
  if (!list.length) return null;
  return (
    <span className="tags">
      {list.map((ref) => (
        <span className="who" key={ref.id}>
          <Face name={ref.label} size={22} />
          <span className="cut">{ref.label}</span>
        </span>
      ))}
    </span>
  );
}

/** References as links where a page can open them. */
export function Links({ value, field, target }: CellProps & { target: (field: Field, ref: Ref) => [string, string] | null }) {
  const place = usePlace();
  const list = refsOf(value);
  return (
    <span className="tags wrap">
      {list.map((ref) => {
        // a record the reader may not see has no name for them, and no page
        if (typeof ref.label !== "string") return <Masked key={`${ref.entity ?? ""}${ref.id}`} />;
        const to = target(field, ref);
        return to && place.open ? (
          <button key={`${ref.entity ?? ""}${ref.id}`} type="button" className="plain link" onClick={() => place.open?.(to[0], to[1], ref.id)}>
            <Called of={ref} />
          </button>
        ) : (
          <span key={`${ref.entity ?? ""}${ref.id}`}><Called of={ref} /></span>
        );
      })}
    </span>
  );
}
