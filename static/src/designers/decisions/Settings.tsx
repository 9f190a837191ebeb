/** The settings of a decision table, or of the column that is chosen. */
import { Button, Input, Radio, Select } from "antd";
import { ArrowLeft, ArrowRight, Plus, Trash2, X } from "lucide-react";
import type { ReactNode } from "react";
import { language, pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Label, Option } from "../../kernel/types";
import { useBook, useDesign } from "../context";
import type { Doc, Placed } from "../draft";
import { FormulaField } from "../inspector/Condition";
import { LabelInput, OptionsEditor } from "../inspector/widgets";
import { WhereUsed } from "../inspector/WhereUsed";
import { askable } from "../inspector/words";
import { free, labelOf, metadataOf, relabelled } from "../shape";
import { parametersOf, type Deeds } from "./deeds";
import type { Column, Known } from "./words";

export const policies = ["unique", "first", "any", "priority", "collect", "rule_order", "output_order"] as const;
const aggregations = ["list", "sum", "min", "max", "count"] as const;
const types = ["text", "number", "boolean", "date", "datetime", "time"] as const;

const Row = ({ title, help, children }: { title: string; help?: string | undefined; children: ReactNode }) => <div className="inspector-row"><div className="field-label">{title}</div>{children}{help && <div className="help">{help}</div>}</div>;

export function TableSettings({ table, deeds, issues }: { table: Doc; deeds: Deeds; issues: readonly Placed[] }) {
  const policy = String(table["hit_policy"] ?? "unique");
  const described = (table["description"] ?? "") as Label;
  const wrong = issues.filter((issue) => ["hit_policy", "aggregation"].includes(String(issue.path[0])));
  return (
    <>
      <div className="settings-head"><h3>{t("decision.settings")}</h3></div>
      <div className="inspector">
        <Row title={t("prop.label")}><LabelInput title={t("prop.label")} value={labelOf(table)} onChange={(label) => deeds.run({ label: label as never }, "design.step_rename", "label")} /></Row>
        <Row title={t("prop.description")}><Input.TextArea autoSize={{ minRows: 2, maxRows: 5 }} value={pick(described)} aria-label={t("prop.description")} onKeyDown={(event) => event.stopPropagation()} onChange={(event) => deeds.run({ description: event.target.value ? (relabelled(described, language(), event.target.value) as never) : undefined }, "design.step_change", "description")} /></Row>
        <Row title={t("decision.policy")}>
          <Radio.Group className="decision-policies" value={policy} aria-label={t("decision.policy")} onChange={(event) => deeds.run({ hit_policy: event.target.value === "unique" ? undefined : (event.target.value as string) })}>
            {policies.map((word) => <Radio key={word} value={word}><span>{t(`decision.policy_${word}`)}</span><span className="help">{t(`decision.policy_${word}_hint`)}</span></Radio>)}
          </Radio.Group>
        </Row>
        {policy === "collect" && <Row title={t("decision.aggregation")} help={t(`decision.aggregation_${String(table["aggregation"] ?? "list")}_hint`)}><Select value={String(table["aggregation"] ?? "list")} aria-label={t("decision.aggregation")} style={{ width: "100%" }} options={aggregations.map((word) => ({ value: word, label: t(`decision.aggregation_${word}`) }))} onChange={(word: string) => deeds.run({ aggregation: word === "list" ? undefined : word })} /></Row>}
        {wrong.map((issue, at) => <div key={at} className="wrong">{words(issue)}</div>)}
        {!table["entity"] && <Parameters table={table} deeds={deeds} />}
        <WhereUsed kind="decision_table" name={String(table["name"])} />
        <p className="help decision-keys">{t("decision.keys")}</p>
      </div>
    </>
  );
}

/** The values that a table without records is asked with. */
function Parameters({ table, deeds }: { table: Doc; deeds: Deeds }) {
  const list = parametersOf(table);
  const put = (next: typeof list, merge?: string) => deeds.run({ parameters: next as never }, "design.step_change", merge);
  return (
    <Row title={t("decision.parameters")} help={t("decision.parameters_hint")}>
      <div className="rule-gets">
        {list.map((item, at) => (
          <div key={item.id} className="line">
            <Input size="small" value={pick(item.label, item.name)} aria-label={t("prop.label")} onKeyDown={(event) => event.stopPropagation()} onChange={(event) => put(list.map((one, index) => (index === at ? { ...one, label: relabelled(one.label, language(), event.target.value) } : one)), `parameter ${item.id}`)} />
            <Select size="small" value={item.type ?? "text"} aria-label={t("decision.type")} style={{ width: 92, flex: "none" }} options={types.map((word) => ({ value: word, label: t(`decision.type_${word}`) }))} onChange={(type: string) => put(list.map((one, index) => (index === at ? { ...one, type } : one)))} />
            <button type="button" className="icon-button" aria-label={`${t("do.remove")} ${pick(item.label, item.name)}`} onClick={() => put(list.filter((_, index) => index !== at))}><X size={14} /></button>
          </div>
        ))}
        <Button size="small" type="text" icon={<Plus size={13} />} onClick={() => {
          const name = free(list.map((item) => item.name), `value_${list.length + 1}`);
          put([...list, { id: name, name, label: t("decision.parameter", { number: list.length + 1 }), type: "number" }]);
        }}>{t("decision.add_parameter")}</Button>
      </div>
    </Row>
  );
}

export function ColumnSettings({ table, column, known, deeds, issues, leave }: { table: Doc; column: Column; known: Known; deeds: Deeds; issues: readonly Placed[]; leave: () => void }) {
  const { app } = useDesign();
  const metadata = metadataOf(app, useBook());
  const part = column.part === "when" ? "inputs" : "outputs";
  const { input, output } = column;
  const wrong = issues.filter((issue) => String(issue.path[0]) === part && String(issue.path[1]) === column.id);
  const path = /^\{([a-z0-9_.]+)\}$/.exec(input?.expression ?? "")?.[1] ?? "";
  const offered = known.entity ? askable(metadata, known.entity).map((item) => ({ value: item.field.name, label: [item.group, pick(item.field.label)].filter(Boolean).join(" · ") })) : parametersOf(table).map((item) => ({ value: item.name, label: pick(item.label, item.name) }));
  const choices = known.entity ? askable(metadata, known.entity).filter(({ field, group }) => !group && field.options?.length).map(({ field }) => field) : [];
  return (
    <>
      <div className="settings-head">
        <button type="button" className="icon-button" aria-label={t("decision.settings")} title={t("decision.settings")} onClick={leave}><ArrowLeft size={16} /></button>
        <h3 className="grow cut">{column.label || t("decision.unnamed")}</h3>
      </div>
      <div className="inspector">
        <Row title={t("prop.label")}><LabelInput title={t("prop.label")} value={(input ?? output)!.label ?? ""} onChange={(label) => (input ? deeds.input(column.id, { label }, "label") : deeds.output(column.id, { label }, "label"))} /></Row>
        {input && (
          <>
            <Row title={t("decision.looks_at")}>
              <Select value={path || undefined} placeholder={t(input.expression ? "decision.by_formula" : "facts.choose_field")} aria-label={t("decision.looks_at")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={offered} onChange={(name: string) => deeds.input(column.id, { expression: `{${name}}`, ...(pick(input.label) ? {} : { label: offered.find((item) => item.value === name)!.label }) })} />
            </Row>
            {known.entity && <Row title={t("decision.formula")} help={t("decision.formula_hint")}><FormulaField entity={known.entity.name} text={input.expression ?? ""} title={t("decision.formula")} onChange={(expression) => deeds.input(column.id, { expression })} /></Row>}
          </>
        )}
        {output && (
          <>
            <Row title={t("decision.type")}><Select value={output.type ?? "text"} aria-label={t("decision.type")} style={{ width: "100%" }} options={types.map((word) => ({ value: word, label: t(`decision.type_${word}`) }))} onChange={(type: string) => deeds.output(column.id, { type })} /></Row>
            {["text", "number"].includes(output.type ?? "text") && (
              <Row title={t("decision.values")} help={t("decision.values_hint")}>
                <OptionsEditor value={output.values ?? []} onChange={(values: Option[]) => deeds.output(column.id, { values }, "values")} />
                {choices.length > 0 && <Select<string | null> value={null} placeholder={t("decision.values_of")} aria-label={t("decision.values_of")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={choices.map((field) => ({ value: field.name, label: pick(field.label) }))} onChange={(name) => {
                  const field = choices.find((item) => item.name === name);
                  if (field) deeds.output(column.id, { values: field.options!.map(({ value, label, color }) => ({ value, label, ...(color ? { color } : {}) }) as Option), type: "text" });
                }} />}
              </Row>
            )}
          </>
        )}
        {wrong.map((issue, at) => <div key={at} className="wrong">{words(issue)}</div>)}
        <div className="line decision-column-deeds">
          <Button size="small" icon={<ArrowLeft size={13} />} onClick={() => deeds.shift(part, column.id, -1)}>{t("decision.column_left")}</Button>
          <Button size="small" icon={<ArrowRight size={13} />} onClick={() => deeds.shift(part, column.id, 1)}>{t("decision.column_right")}</Button>
          <span className="grow" />
          <Button size="small" danger type="text" icon={<Trash2 size={13} />} onClick={() => { deeds.drop(part, column.id); leave(); }}>{t("do.delete")}</Button>
        </div>
      </div>
    </>
  );
}
