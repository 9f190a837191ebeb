/** What a report narrows a dimension to: a period, days, or values found in the rows; and whether its reader may change that. */
import { useQuery } from "@tanstack/react-query";
import { Checkbox, DatePicker, Select } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { post } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import type { Option, Value } from "../../kernel/types";
import { offers } from "../../kit/offers";
import { useBook, useDesign, useStatus } from "../context";
import { named } from "../shape";
import type { Narrowing } from "./shelves";

interface Offered {
  sort: "period" | "choice" | "value" | "hidden";
  periods?: string[];
  options?: Option[];
  items?: Value[];
  chosen?: Value[];
}

/** What a dimension may be narrowed to, and what it is narrowed to, in words. */
function useOffered(dataset: string, value: Narrowing, typed = "") {
  const { app } = useDesign();
  const { live } = useStatus();
  const book = useBook();
  const facts = named(book, "dataset", dataset)?.[1] ?? null;
  const given = value.values ?? [];
  const answer = useQuery({ queryKey: ["filter-preview", app, dataset, value.dimension, JSON.stringify(facts), typed, given.join()], enabled: live, retry: 0, staleTime: 60_000, placeholderData: (before) => before, queryFn: () => post<Offered>(`designer/${app}/preview/filter`, { filter: { name: "x", label: "", dataset, dimension: value.dimension }, dataset: facts, search: typed, given }) });
  const found = answer.data;
  const options = found?.sort === "choice" ? (found.options ?? []).map((item) => ({ value: item.value, label: pick(item.label) })) : offers(found?.items ?? [], found?.chosen);
  return { answer, found, options };
}

/** What a report narrows a dimension to, as its chip says it. */
export function Narrowed({ dataset, value }: { dataset: string; value: Narrowing }) {
  const { options } = useOffered(dataset, value);
  if (value.period) return <>{t(`span.${value.period}`)}</>;
  if (value.first || value.last) return <>{`${value.first ?? "…"} – ${value.last ?? "…"}`}</>;
  const values = (value.values ?? []).map((one) => options.find((item) => item.value === one)?.label ?? one);
  return <>{values.length ? (values.length > 2 ? `${values.slice(0, 2).join(t("reports.comma"))} +${values.length - 2}` : values.join(t("reports.comma"))) : t("reports.all_values")}</>;
}

export function Narrow({ dataset, value, time, onChange }: { dataset: string; value: Narrowing; time: boolean; onChange: (value: Narrowing) => void }) {
  const [typed, setTyped] = useState("");
  const { answer, found, options } = useOffered(dataset, value, typed);
  const bare: Narrowing = { dimension: value.dimension, ...(value.asked ? { asked: true } : {}) };
  return (
    <div className="narrow">
      {time || found?.sort === "period" ? (
        <>
          <label><span className="field-label">{t("reports.period")}</span><Select<string> value={value.period ?? (value.first || value.last ? "custom" : "")} style={{ width: "100%" }} aria-label={t("reports.period")} options={[{ value: "", label: t("reports.any_period") }, ...(found?.periods ?? []).map((word) => ({ value: word, label: t(`span.${word}`) })), { value: "custom", label: t("reports.custom") }]} onChange={(word) => onChange(word === "custom" ? { ...bare, first: dayjs().startOf("month").format("YYYY-MM-DD"), last: dayjs().format("YYYY-MM-DD") } : { ...bare, ...(word ? { period: word } : {}) })} /></label>
          {(value.first || value.last) && <DatePicker.RangePicker allowEmpty={[true, true]} value={[value.first ? dayjs(value.first) : null, value.last ? dayjs(value.last) : null]} onChange={(next) => onChange({ ...bare, ...(next?.[0] ? { first: next[0].format("YYYY-MM-DD") } : {}), ...(next?.[1] ? { last: next[1].format("YYYY-MM-DD") } : {}) })} />}
        </>
      ) : (
        <label><span className="field-label">{t("reports.values")}</span><Select mode="multiple" value={value.values ?? []} loading={answer.isFetching} style={{ width: "100%" }} aria-label={t("reports.values")} placeholder={t("reports.all_values")} showSearch={found?.sort === "value" ? { filterOption: false, onSearch: setTyped } : { optionFilterProp: "label" }} options={options} onChange={(values: string[]) => onChange({ ...bare, ...(values.length ? { values } : {}) })} /></label>
      )}
      <Checkbox checked={!!value.asked} onChange={(event) => onChange(event.target.checked ? { ...value, asked: true } : (Object.fromEntries(Object.entries(value).filter(([key]) => key !== "asked")) as unknown as Narrowing))}>{t("reports.asked")}</Checkbox>
    </div>
  );
}
