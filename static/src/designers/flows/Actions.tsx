/** The actions of a step or of an outcome: the cards of the rule designer, each opened where it stands. */
import { Select } from "antd";
import { ChevronRight, Plus, X } from "lucide-react";
import { useState } from "react";
import { t } from "../../kernel/i18n";
import type { Entity, Json, Metadata } from "../../kernel/types";
import { pictureOf } from "../../kit/rules/pictures";
import { change, useBook, useDesign } from "../context";
import { begun } from "../rules/deeds";
import { kindLabel, ordered } from "../rules/Palette";
import { ActionSettings } from "../rules/Settings";
import { actionWords, type Call } from "../rules/words";
import { free } from "../shape";
import { Sortable } from "../views/ViewDesigner";

interface Props {
  /** Where the thing that holds `actions` stands in the draft. */
  path: (string | number)[];
  calls: Call[];
  metadata: Metadata;
  entity: Entity;
}

// a flow has begun already when its actions are done: there is nothing left to refuse
const unfit = new Set(["reject"]);

export function Actions({ path, calls, metadata, entity }: Props) {
  const { draft, schemas } = useDesign();
  const book = useBook();
  const [open, setOpen] = useState("");
  const put = (next: Call[], label = "design.step_change") => change(draft, path, { actions: next as unknown as Json }, label);
  const add = (type: string) => {
    const id = free(calls.map((item) => item.id), type);
    put([...calls, { id, type, ...begun[type] }], "rule.step_action");
    setOpen(id);
  };
  const move = (from: number, to: number) => {
    const next = [...calls];
    next.splice(to, 0, ...next.splice(from, 1));
    put(next, "design.step_move");
  };
  return (
    <div className="flow-actions">
      <Sortable items={calls.map((item) => item.id)} onMove={move}>
        {(at) => {
          const call = calls[at]!;
          const Picture = pictureOf(call.type);
          const said = actionWords(metadata, book, entity, call);
          const name = kindLabel("action", call.type);
          return (
            <div className="flow-action">
              <div className="line">
                <button type="button" className="plain flow-action-head grow" aria-expanded={open === call.id} onClick={() => setOpen(open === call.id ? "" : call.id)}>
                  <ChevronRight size={14} style={{ transform: open === call.id ? "rotate(90deg)" : undefined }} aria-hidden />
                  <Picture size={15} aria-hidden />
                  <span className="grow"><b>{name}</b><span className="small second">{said || t("rule.to_fill")}</span></span>
                </button>
                <button type="button" className="icon-button" aria-label={t("rule.remove", { name })} onClick={() => put(calls.filter((_, index) => index !== at), "design.step_remove")}><X size={14} /></button>
              </div>
              {open === call.id && <ActionSettings path={[...path, "actions", at]} call={call} metadata={metadata} entity={entity} />}
            </div>
          );
        }}
      </Sortable>
      <Select<string | null> value={null} aria-label={t("flow.add_action")} placeholder={<span className="line"><Plus size={13} aria-hidden />{t("flow.add_action")}</span>} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={ordered("action", Object.keys(schemas.kinds["actions"] ?? {})).filter((kind) => !unfit.has(kind)).map((kind) => ({ value: kind, label: kindLabel("action", kind) }))} onChange={(kind) => kind && add(kind)} />
    </div>
  );
}
