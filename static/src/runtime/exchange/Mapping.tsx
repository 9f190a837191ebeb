/** Which column goes where, and how rows meet the records that are there. */
import { Checkbox, Radio, Select } from "antd";
import { useMemo } from "react";
import { zone } from "../../kernel/format";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Entity, Issue, Metadata } from "../../kernel/types";
import { zonesInWords } from "../../kernel/zones";
import { fieldKind } from "../../kit/fields";
import type { MappedColumn, Mapping as Map_, SheetColumn } from "../../kit/sheet/types";
import { goalsOf, refused } from "./goals";

/** How a value of several parts is written in one cell. */
const hints: Record<string, string> = { address: "import.hint_address", location: "import.hint_location", cascade: "import.hint_cascade", duration: "import.hint_duration" };

interface Props {
  metadata: Metadata;
  entity: Entity;
  columns: SheetColumn[];
  mapping: Map_;
  issues: Issue[];
  onChange: (mapping: Map_) => void;
}

export function Mapping({ metadata, entity, columns, mapping, issues, onChange }: Props) {
  const goals = useMemo(() => goalsOf(metadata, entity), [metadata, entity]);
  const without = useMemo(() => refused(entity), [entity]);
  const said = [...new Set([...mapping.columns.flatMap((column) => column.zone || []), zone()])].join();
  const places = useMemo(() => zonesInWords(said.split(",")), [said]);
  const taken = new Set(mapping.columns.map((column) => column.field).filter(Boolean));
  const goalOf = (path: string) => goals.find((goal) => goal.path === path);
  const chosen = mapping.columns.flatMap((column) => goalOf(column.field) ?? []);
  const keys = [...new Map(chosen.filter((goal) => !goal.inner).map((goal) => [goal.first, { value: goal.first, label: pick(goal.field.label) }])).values()];
  const lineKeys = [...new Map(chosen.filter((goal) => goal.inner).map((goal) => [goal.inner, { value: goal.inner, label: pick(goal.field.label) }])).values()];
  const set = (name: string, next: Partial<MappedColumn>) => {
    const list = mapping.columns.map((column) => (column.column === name ? { ...column, ...next } : column));
    const left = new Set(list.flatMap((column) => goalOf(column.field)?.first ?? []));
    onChange({ ...mapping, columns: list, match: mapping.match.filter((word) => left.has(word)) });
  };
  const missing = entity.fields.filter((field) => field.required && !field["initial"] && (field.default === undefined || field.default === null) && field.access === "write" && field.type !== "lines" && !chosen.some((goal) => goal.first === field.name));
  const wants = mapping.mode !== "insert" || lineKeys.length > 0;
  return (
    <div className="mapping">
      <section className="panel mapping-how">
        <h3>{t("import.how")}</h3>
        <Radio.Group value={mapping.mode} onChange={(event) => onChange({ ...mapping, mode: event.target.value as Map_["mode"] })}>
          {(["insert", "upsert", "update", "skip"] as const).map((mode) => <Radio key={mode} value={mode}>{t(`import.mode_${mode}`)}</Radio>)}
        </Radio.Group>
        {wants && (
          <label className="mapping-keys">
            <span className="field-label">{t("import.match")}</span>
            <Select mode="multiple" value={mapping.match} options={keys} placeholder={t("import.match_hint")} aria-label={t("import.match")} onChange={(match: string[]) => onChange({ ...mapping, match })} />
          </label>
        )}
        {lineKeys.length > 0 && mapping.mode !== "insert" && (
          <label className="mapping-keys">
            <span className="field-label">{t("import.lines_match")}</span>
            <Select mode="multiple" value={mapping.lines_match} options={lineKeys} placeholder={t("import.lines_match_hint")} aria-label={t("import.lines_match")} onChange={(lines_match: string[]) => onChange({ ...mapping, lines_match })} />
          </label>
        )}
        {missing.length > 0 && mapping.mode !== "update" && <p className="mapping-missing">{t("import.missing", { names: missing.map((field) => pick(field.label)).join(t("filter.or_comma")) })}</p>}
        {issues.map((issue) => <p key={`${issue.code}${issue.path.join()}`} className="wrong" role="alert">{words(issue)}</p>)}
      </section>
      <section className="panel mapping-columns">
        <table className="sheet-table">
          <thead><tr><th>{t("import.column")}</th><th>{t("import.samples")}</th><th>{t("import.goes_to")}</th><th>{t("import.settings")}</th></tr></thead>
          <tbody>
            {columns.map((column) => {
              const mapped = mapping.columns.find((item) => item.column === column.name) ?? { column: column.name, field: "" };
              const goal = goalOf(mapped.field);
              return (
                <tr key={column.name} className={mapped.field ? "" : "out"}>
                  <td><b className="mapping-name">{column.name}</b></td>
                  <td><span className="sheet-samples cut" title={column.samples.join("\n")}>{column.samples.slice(0, 3).join(" · ") || t("field.blank")}</span></td>
                  <td>
                    <Select
                      className="mapping-goal" value={mapped.field} showSearch={{ optionFilterProp: "search" }} popupMatchSelectWidth={280} aria-label={t("import.goes_to_of", { name: column.name })} onChange={(field: string) => {
                        const next = goalOf(field);
                        set(column.name, { field, zone: next?.field.type === "datetime" ? mapped.zone || zone() : "", unknown: mapped.unknown ?? "reject", divide: 0 });
                      }}
                      options={[{ value: "", search: t("import.leave_out"), label: <span className="third">{t("import.leave_out")}</span> }, ...goals.map((item) => {
                        const Picture = fieldKind(item.field.type).Icon;
                        return { value: item.path, search: item.label, disabled: taken.has(item.path) && item.path !== mapped.field, label: <span className="line"><Picture size={14} className="third" aria-hidden />{item.label}</span> };
                      })]}
                    />
                  </td>
                  <td className="mapping-settings">
                    {goal?.reference && (
                      <Select size="small" value={mapped.unknown ?? "reject"} aria-label={t("import.unknown_of", { name: column.name })} onChange={(unknown: "reject" | "blank" | "stub") => set(column.name, { unknown })} options={(["reject", "blank", ...(goal.field.type === "reference" && !goal.field["multiple"] ? ["stub" as const] : [])] as const).map((word) => ({ value: word, label: t(`import.unknown_${word}`) }))} popupMatchSelectWidth={240} />
                    )}
                    {goal?.field.type === "datetime" && <Select size="small" value={mapped.zone || zone()} showSearch={{ optionFilterProp: "search" }} options={places} aria-label={t("import.zone_of", { name: column.name })} popupMatchSelectWidth={260} onChange={(next: string) => set(column.name, { zone: next })} />}
                    {goal && hints[goal.field.type] && <span className="third small">{t(hints[goal.field.type]!)}</span>}
                    {goal?.reference && !!goal.field["multiple"] && <span className="third small">{t("import.hint_several")}</span>}
                    {goal && ["money", "decimal"].includes(goal.field.type) && column.type === "integer" && <Checkbox checked={(mapped.divide ?? 0) > 0} onChange={(event) => set(column.name, { divide: event.target.checked ? 2 : 0 })}>{t("import.cents")}</Checkbox>}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {without.length > 0 && (
        <details className="mapping-without">
          <summary className="second small">{t("import.without", { count: without.length })}</summary>
          <ul>{without.map((item) => <li key={item.label} className="small"><span>{item.label}</span> <span className="third">{item.reason}</span></li>)}</ul>
        </details>
      )}
    </div>
  );
}
