/** The time a board is narrowed to: a period in words, or from one day to another. */
import { DatePicker, Popover } from "antd";
import dayjs from "dayjs";
import { Check, ChevronDown } from "lucide-react";
import { useState } from "react";
import { date } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import type { BoardFilter, Value } from "../../kernel/types";

const range = (value: Value): { from: string | null; to: string | null } | null =>
  value && typeof value === "object" && !Array.isArray(value) ? { from: (value["from"] as string | undefined) ?? null, to: (value["to"] as string | undefined) ?? null } : null;

function said(value: Value): string {
  const span = range(value);
  if (span) return `${span.from ? date(span.from) : "…"} – ${span.to ? date(span.to) : "…"}`;
  return value ? t(`span.${String(value)}`) : t("board.all");
}

export function Period({ filter, value, onChange }: { filter: BoardFilter; value: Value; onChange: (value: Value) => void }) {
  const [open, setOpen] = useState(false);
  const span = range(value);
  const take = (next: Value) => {
    onChange(next);
    setOpen(false);
  };
  const row = (word: string | null, label: string) => (
    <button key={word ?? ""} type="button" role="option" aria-selected={value === word} className="plain period" onClick={() => take(word)}>
      <span className="grow">{label}</span>
      {value === word && <Check size={14} aria-hidden />}
    </button>
  );
  return (
    <Popover
      trigger="click" placement="bottomLeft" open={open} onOpenChange={setOpen} destroyOnHidden
      content={
        <div className="periods">
          <div className="periods-list" role="listbox" aria-label={pick(filter.label)}>
            {row(null, t("board.all"))}
            {(filter.periods ?? []).map((word) => row(word, t(`span.${word}`)))}
          </div>
          <div className="periods-own">
            <span className="field-label">{t("board.own_period")}</span>
            <DatePicker.RangePicker
              allowEmpty={[true, true]} format="YYYY-MM-DD" value={span ? [span.from ? dayjs(span.from) : null, span.to ? dayjs(span.to) : null] : null}
              placeholder={[t("board.from"), t("board.to")]}
              onChange={(next) => {
                const [from, to] = [next?.[0]?.format("YYYY-MM-DD") ?? null, next?.[1]?.format("YYYY-MM-DD") ?? null];
                take(from || to ? { from, to } : null);
              }}
            />
          </div>
        </div>
      }
    >
      <button type="button" className="plain chip" aria-pressed={!!value} aria-expanded={open}><span className="second">{pick(filter.label)}</span><b className="cut">{said(value)}</b><ChevronDown size={13} aria-hidden /></button>
    </Popover>
  );
}
