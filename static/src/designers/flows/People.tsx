/** Where the people of a step come from, as cards, and who that would be for a starter and a record. */
import { useQuery } from "@tanstack/react-query";
import { Dropdown } from "antd";
import { Plus, X } from "lucide-react";
import { useId, useState } from "react";
import { post, Problem } from "../../kernel/api";
import { t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import type { Entity, Json, Value } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import { approverKind, approverKinds, text, type Settings, type Told } from "../../kit/flows/kinds";
import { approverLabel } from "../../kit/flows/words";
import { Bone, Face, told } from "../../kit/parts";
import { useDesign } from "../context";
import { RecordPick } from "../forms/Sample";
import { sourcesOf, useOffered } from "./words";

const order = ["head", "role", "person", "chain", "field", "chosen", "starter"];

interface Props {
  title: string;
  value: Json | undefined;
  entity: Entity;
  known: Told;
  onChange: (sources: Settings[]) => void;
}

export function People({ title, value, entity, known, onChange }: Props) {
  const { schemas } = useDesign();
  const offered = useOffered(entity);
  const sources = sourcesOf(value);
  const there = Object.keys(schemas.kinds["approvers"] ?? {});
  const kinds = approverKinds().filter((item) => !there.length || there.includes(item.kind)).sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const put = (at: number, change: { [key: string]: Json | undefined }) => onChange(sources.map((item, index) => (index === at ? (Object.fromEntries(Object.entries({ ...item, ...change }).filter(([, one]) => one !== undefined)) as Settings) : item)));
  const add = (kind: string) => onChange([...sources, { type: kind, ...approverKind(kind)?.begun }]);
  return (
    <div className="inspector-row">
      <div className="field-label">{title}</div>
      <div className="flow-sources">
        {sources.map((source, at) => {
          const kind = approverKind(text(source["type"]));
          if (!kind) return null;
          return (
            <div key={`${text(source["type"])}${at}`} className="flow-source">
              <div className="line">
                <kind.Icon size={15} aria-hidden className="third" />
                <b className="grow cut">{approverLabel(kind.kind)}</b>
                <button type="button" className="icon-button" aria-label={t("flow.remove", { name: approverLabel(kind.kind) })} onClick={() => onChange(sources.filter((_, index) => index !== at))}><X size={14} /></button>
              </div>
              {kind.Settings ? <div className="flow-source-set" onKeyDown={(event) => event.stopPropagation()}><kind.Settings value={source} offered={offered} onChange={(change) => put(at, change)} /></div> : <p className="help">{kind.words(source, known)}</p>}
            </div>
          );
        })}
        {sources.length ? (
          <Dropdown trigger={["click"]} menu={{ items: kinds.map((item) => ({ key: item.kind, icon: <item.Icon size={15} />, label: approverLabel(item.kind), onClick: () => add(item.kind) })) }}>
            <button type="button" className="plain flow-source-add"><Plus size={14} aria-hidden />{t("flow.add_people")}</button>
          </Dropdown>
        ) : (
          <div className="flow-source-kinds" role="group" aria-label={title}>
            {kinds.map((item) => <button key={item.kind} type="button" className="plain flow-source-kind" onClick={() => add(item.kind)}><item.Icon size={16} aria-hidden /><span>{approverLabel(item.kind)}</span></button>)}
          </div>
        )}
      </div>
      {sources.length > 0 && <Who entity={entity} sources={sources} />}
    </div>
  );
}

interface Found {
  people: { id: number; name: string; department: string }[];
  /** One after the other. */
  ordered: boolean;
  starter: { id: number; name: string };
}

/** A person as the field of people chooses one. */
export function PersonPick({ value, title, onChange }: { value: Value; title: string; onChange: (value: Value) => void }) {
  const Input = fieldKind("user").Input;
  const id = useId();
  return Input ? <div className="flow-person-pick" onKeyDown={(event) => event.stopPropagation()}><label htmlFor={id} className="hidden">{title}</label><Input id={id} field={{ name: "starter", label: title, type: "user", access: "write" }} value={value} onChange={onChange} /></div> : null;
}

export const idOf = (value: Value): number | null => (value && typeof value === "object" && !Array.isArray(value) ? Number(value["id"]) : null);

function Who({ entity, sources }: { entity: Entity; sources: Settings[] }) {
  const { app } = useDesign();
  const [open, setOpen] = useState(false);
  const [starter, setStarter] = useState<Value>(null);
  const [record, setRecord] = useState<number | null>(null);
  const asked = JSON.stringify(sources);
  const found = useQuery({
    queryKey: ["flow-who", app, entity.name, asked, idOf(starter), record], enabled: open, retry: 0, staleTime: 10_000, placeholderData: (before) => before,
    queryFn: () => post<Found>(`flows/${app}/who`, { entity: entity.name, people: sources, starter: idOf(starter), record }),
  });
  return (
    <div className="flow-who">
      <button type="button" className="plain link small" aria-expanded={open} onClick={() => setOpen(!open)}>{t("flow.who")}</button>
      {open && (
        <div className="flow-who-box">
          <PersonPick title={t("flow.who_starter")} value={starter} onChange={setStarter} />
          <RecordPick entity={entity} value={record} onChange={setRecord} />
          {found.isError ? <p className="wrong" role="alert">{found.error instanceof Problem && found.error.issues[0] ? words(found.error.issues[0]) : told(found.error).detail}</p>
            : !found.data ? <Bone height={24} />
            : <div aria-live="polite" className={found.isFetching ? "third" : ""}>
                {found.data.people.map((item) => <div key={item.id} className="line flow-who-person"><Face name={item.name} size={24} /><span>{item.name}</span><span className="third small cut">{item.department}</span></div>)}
                {!found.data.people.length && <p className="wrong">{t("flow.who_nobody")}</p>}
                {found.data.ordered && found.data.people.length > 1 && <p className="help">{t("flow.who_ordered")}</p>}
                {idOf(starter) === null && <p className="help">{t("flow.who_hint", { name: found.data.starter.name })}</p>}
              </div>}
        </div>
      )}
    </div>
  );
}
