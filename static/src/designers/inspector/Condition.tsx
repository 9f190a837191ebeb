/** A condition as the sentence it is, edited by the builder, or as a formula where the builder has no words. */
import { useQuery } from "@tanstack/react-query";
import { Button, Input, Modal, Segmented } from "antd";
import { Plus, X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { post } from "../../kernel/api";
import { nothing, write, type Group } from "../../kernel/condition";
import { readGroup } from "../../kernel/condition-read";
import type { Tree } from "../../kernel/expressions";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { entityOf, field as fieldAt } from "../../kernel/metadata";
import type { Issue } from "../../kernel/types";
import { ConditionBuilder, firstClause } from "../../kit/ConditionBuilder";
import { effective } from "../../kit/derived";
import { PlaceContext } from "../../kit/fields";
import { Bone } from "../../kit/parts";
import { useBook, useDesign } from "../context";
import { metadataOf, short } from "../shape";
import { useGather } from "./Gathered";
import { askable, choicePath, groupText, labelPath, offeredFor, segmentLabel, spoken, withLabels, withNames } from "./words";

export interface Checked {
  ast: Tree | null;
  type: string;
  issues: Issue[];
}

export function useChecked(entity: string, text: string) {
  const { app } = useDesign();
  return useQuery({ queryKey: ["check", app, entity, text], enabled: !!text.trim() && !!entity, staleTime: 15_000, retry: 1, queryFn: () => post<Checked>(`designer/${app}/check`, { text, entity }) });
}

export function useWords(entityName: string) {
  const { app } = useDesign();
  const metadata = metadataOf(app, useBook());
  const entity = entityOf(metadata, short(entityName));
  return useMemo(() => {
    const fields = entity ? askable(metadata, entity) : [];
    const find = (name: string) => fields.find((item) => item.field.name === name)?.field ?? (entity && fieldAt(metadata, entity, name));
    const label = (path: readonly string[], owner?: string) => owner === "platform.segment" ? segmentLabel(metadata, path[0] ?? "") : labelPath(metadata, owner ? entityOf(metadata, short(owner)) : entity, path);
    const choice = (path: readonly string[], value: string, owner?: string) => choicePath(metadata, owner ? entityOf(metadata, short(owner)) : entity, path, value);
    return { metadata, entity, fields, find, label, choice };
  }, [metadata, entity]);
}

/** What a condition says; nothing for a blank one. */
export function Sentence({ entity, text, blank }: { entity: string; text: string; blank?: string }) {
  const checked = useChecked(entity, text);
  const known = useWords(entity);
  if (!text.trim()) return <span className="third">{blank ?? ""}</span>;
  if (checked.isPending) return <Bone width={140} />;
  const tree = checked.data?.ast;
  if (!tree) return <span className="wrong">{checked.data?.issues[0] ? words(checked.data.issues[0]) : withLabels(text, known.metadata, known.entity)}</span>;
  const group = readGroup(tree, offeredFor(known.find), true);
  return <span>{group ? groupText(group, known.find, (path) => known.label(path.split("."))) : spoken(tree, known)}</span>;
}

interface Props {
  entity: string;
  text: string;
  onChange: (text: string) => void;
  title: string;
  /** What stands there while there is no condition. */
  blank: string;
  /** The field a new condition begins with. */
  start?: string | undefined;
}

export function ConditionField({ entity, text, onChange, title, blank, start }: Props) {
  const [open, setOpen] = useState(false);
  return (
    <div className="sentence">
      <button type="button" className={`plain sentence-text ${text ? "" : "none"}`} onClick={() => setOpen(true)}>
        <span className="hidden">{title}</span>
        {!text && <Plus size={14} aria-hidden />}
        <Sentence entity={entity} text={text} blank={blank} />
      </button>
      {text && <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => onChange("")}><X size={14} /></button>}
      {open && <ConditionDialog entity={entity} text={text} title={title} start={start} close={() => setOpen(false)} onChange={onChange} />}
    </div>
  );
}

export function ConditionDialog({ entity, text, title, close, onChange, start }: Omit<Props, "blank"> & { close: () => void }) {
  const { app } = useDesign();
  const known = useWords(entity);
  const checked = useChecked(entity, text);
  const [group, setGroup] = useState<Group | null>(() => {
    const first = start ? known.find(start) : undefined;
    return text ? null : first && effective(first)[0].operators.length ? { join: "and", items: [firstClause(first)] } : nothing;
  });
  const [way, setWay] = useState<"builder" | "formula">("builder");
  const gather = useGather(entity);
  const [formula, setFormula] = useState(text);
  const [ready, setReady] = useState(!text);
  useEffect(() => {
    if (ready || checked.isPending) return;
    const read = checked.data?.ast ? readGroup(checked.data.ast, offeredFor(known.find), true) : null;
    setGroup(read);
    if (!read) setWay("formula");
    setReady(true);
  }, [ready, checked.isPending, checked.data, known.find]);
  const said = way === "builder" && group ? write(group, known.find) : formula;
  const after = useChecked(entity, way === "formula" ? formula : "");
  const wrong = way === "formula" && !!formula.trim() && (after.data?.issues.some((issue) => issue.severity === "error") || (!!after.data && after.data.type !== "boolean"));
  return (
    <Modal open title={title} width={680} onCancel={close} okText={t("do.save")} cancelText={t("do.cancel")} okButtonProps={{ disabled: wrong || !ready }} destroyOnHidden onOk={() => {
      onChange(said);
      close();
    }}>
      <PlaceContext.Provider value={{ application: app, entity: known.entity?.name ?? "" }}>
        <div className="condition-box" onKeyDown={(event) => event.stopPropagation()}>
          <Segmented<"builder" | "formula"> size="small" value={way} disabled={!group && way === "formula" && !!formula} onChange={(next) => {
            setFormula(said);
            setWay(next);
            if (next === "builder" && !group) setGroup(nothing);
          }} options={[{ value: "builder", label: t("inspect.by_choice") }, { value: "formula", label: t("inspect.by_formula") }]} />
          {!ready ? <Bone height={60} /> : way === "builder" && group ? <ConditionBuilder value={group} fields={known.fields} onChange={setGroup} between gather={gather} /> : <Formula entity={entity} text={formula} onChange={setFormula} wanted="boolean" />}
          {way === "builder" && said && <p className="condition-says">{group && groupText(group, known.find, (path) => known.label(path.split(".")))}</p>}
        </div>
      </PlaceContext.Provider>
    </Modal>
  );
}

/** A formula with labels for names; what is wrong with it is told under it. */
export function Formula({ entity, text, onChange, wanted }: { entity: string; text: string; onChange: (text: string) => void; wanted?: string }) {
  const known = useWords(entity);
  const [typed, setTyped] = useState(() => withLabels(text, known.metadata, known.entity));
  const [asked, setAsked] = useState(text);
  const checked = useChecked(entity, asked);
  useEffect(() => {
    const timer = setTimeout(() => {
      setAsked(withNames(typed, known.metadata, known.entity));
    }, 350);
    return () => clearTimeout(timer);
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [typed]);
  const issue = checked.data?.issues[0];
  // what is typed counts at once; only the check waits for a pause
  const say = (next: string) => {
    setTyped(next);
    onChange(withNames(next, known.metadata, known.entity));
  };
  return (
    <div className="formula">
      <Input.TextArea value={typed} autoSize={{ minRows: 2, maxRows: 8 }} placeholder={t("inspect.formula_example")} aria-label={t("prop.expression")} status={issue ? "error" : ""} onChange={(event) => say(event.target.value)} onKeyDown={(event) => event.stopPropagation()} />
      <div className="formula-fields">
        {known.fields.filter((item) => !item.group).slice(0, 40).map(({ field }) => <button key={field.name} type="button" className="plain formula-field" onClick={() => say(`${typed}{${pick(field.label)}}`)}>{pick(field.label)}</button>)}
      </div>
      {asked.trim() && issue ? <div className="wrong" role="alert">{words(issue)}</div> : asked.trim() && checked.data && wanted && checked.data.type !== wanted ? <div className="wrong">{t("inspect.not_condition")}</div> : null}
    </div>
  );
}

/** A formula field of an inspector. */
export function FormulaField({ entity, text, onChange, title }: { entity: string; text: string; onChange: (text: string) => void; title: string }) {
  const [open, setOpen] = useState(false);
  const [next, setNext] = useState(text);
  const known = useWords(entity);
  return (
    <div className="sentence">
      <button type="button" className={`plain sentence-text ${text ? "" : "none"}`} onClick={() => { setNext(text); setOpen(true); }}>
        <span className="hidden">{title}</span>
        {text ? <code>{withLabels(text, known.metadata, known.entity)}</code> : <><Plus size={14} aria-hidden /><span className="third">{t("inspect.formula_none")}</span></>}
      </button>
      {text && <Button size="small" type="text" aria-label={t("do.remove")} icon={<X size={14} />} onClick={() => onChange("")} />}
      {open && (
        <Modal open title={title} width={620} onCancel={() => setOpen(false)} okText={t("do.save")} cancelText={t("do.cancel")} onOk={() => { onChange(next); setOpen(false); }}>
          <Formula entity={entity} text={text} onChange={setNext} />
        </Modal>
      )}
    </div>
  );
}
