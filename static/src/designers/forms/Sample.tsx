/** A real record to preview a form with, found by search, and what a role sees of it: told by the server, by the drafted rights. */
import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { get, Problem } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import { home } from "../../kernel/metadata";
import type { Entity, RecordData, Values } from "../../kernel/types";
import { useBook, useDesign, useStatus } from "../context";
import { useSettled, type Seen } from "../roles/perspective";
import { entityId } from "../shape";

export interface Sample {
  /** Each field's access by the id of the field; null while no role is chosen or nothing is live yet. */
  access: ReadonlyMap<string, string> | null;
  /** The record's values under the draft's names; null without a record, false where the role does not see it. */
  values: Values | null | false;
  busy: boolean;
}

interface Candidate {
  id: number;
  label: string;
  lines: string[];
}

const wordsOf = (item: Candidate) => [item.label, ...item.lines].filter(Boolean).join(" · ") || String(item.id);

export function RecordPick({ entity, value, onChange }: { entity: Entity; value: number | null; onChange: (id: number | null) => void }) {
  const { app } = useDesign();
  const { live } = useStatus();
  const [asked, setAsked] = useState("");
  const found = useQuery<{ items: Candidate[] }>({ queryKey: ["form-sample", app, entity.name, asked], enabled: live, retry: 0, placeholderData: (before) => before, queryFn: ({ signal }) => get(`records/${home(app, entity.name).join("/")}/lookup`, { search: asked, limit: 12 }, signal) });
  const items = found.data?.items ?? [];
  // chosen elsewhere, or no longer among what the search finds
  const apart = value !== null && !items.some((item) => item.id === value);
  const chosen = useQuery<{ items: Candidate[] }>({ queryKey: ["form-sample-one", app, entity.name, value], enabled: apart, retry: 0, queryFn: ({ signal }) => get(`records/${home(app, entity.name).join("/")}/lookup`, { filter: `{id} = ${value}`, limit: 1 }, signal) });
  const known = apart ? [...(chosen.data?.items ?? [{ id: value, label: "…", lines: [] }]), ...items] : items;
  return (
    <Select<number | null>
      className="form-sample" value={value} allowClear showSearch={{ filterOption: false, onSearch: setAsked }} disabled={found.isError} popupMatchSelectWidth={280} loading={found.isFetching}
      placeholder={t("form.with_record_hint")} aria-label={t("form.with_record")} notFoundContent={<span className="small third">{t("view.none_match")}</span>} onChange={(next) => onChange(next ?? null)}
      options={known.map((item) => ({ value: item.id, label: wordsOf(item) }))}
    />
  );
}

export function useSample(entity: Entity, role: string, record: number | null): Sample {
  const { app } = useDesign();
  const book = useBook();
  const settled = useSettled();
  const id = entityId(book, entity.name);
  const seen = useQuery({
    queryKey: ["form-seen", app, id, role, record, settled], enabled: !!settled && !!id && !!role, retry: 0,
    queryFn: () => get<Seen>(`designer/${app}/perspective`, { entity: id, role, record }),
  });
  const own = useQuery({ queryKey: ["form-record", app, entity.name, record], enabled: !role && record !== null, retry: 0, queryFn: () => get<RecordData>(`records/${home(app, entity.name).join("/")}/${record}`) });
  if (!role) return { access: null, values: record === null ? null : ((own.data as Values | undefined) ?? null), busy: own.isFetching };
  // an entity that is not live yet has no records: the draft's own words have to do
  if (seen.isError || !seen.data) return { access: null, values: null, busy: seen.isFetching && !(seen.error instanceof Problem) };
  const access = new Map(seen.data.fields.map((field) => [field.id, field.access as string]));
  const names = new Map(seen.data.fields.map((field) => [field.name, field.id]));
  const now = new Map(entity.fields.map((field) => [(field as unknown as { id?: string }).id || field.name, field.name]));
  const told = seen.data.record;
  const values = told && Object.fromEntries(Object.entries(told).map(([name, value]) => [now.get(names.get(name) ?? "") ?? name, value]));
  return { access: seen.data.actions["read"] ? access : new Map(), values: record === null ? null : ((values as Values | null) ?? false), busy: seen.isFetching };
}
