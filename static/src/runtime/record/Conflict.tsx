/** Somebody else saved meanwhile: both values of each field beside each other, and one chosen. */
import { Button, Modal } from "antd";
import { useState } from "react";
import { pick, t } from "../../kernel/i18n";
import type { Entity, Values } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import type { Conflict as Both } from "./useRecord";

export function Conflict({ entity, conflict, cancel, settle }: { entity: Entity; conflict: Both; cancel: () => void; settle: (values: Values) => Promise<void> }) {
  const fields = entity.fields.filter((field) => field.name in conflict.yours);
  const [mine, setMine] = useState<Record<string, boolean>>(() => Object.fromEntries(fields.map((field) => [field.name, true])));
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    await settle(Object.fromEntries(fields.filter((field) => mine[field.name]).map((field) => [field.name, conflict.yours[field.name] ?? null])));
    setBusy(false);
  };
  const who = conflict.current["changed_by"];
  const name = who && typeof who === "object" && !Array.isArray(who) ? String(who["label"]) : t("conflict.somebody");
  return (
    <Modal open title={t("conflict.title")} onCancel={cancel} width={640} footer={[<Button key="no" onClick={cancel}>{t("conflict.later")}</Button>, <Button key="yes" type="primary" loading={busy} onClick={() => void run()}>{t("conflict.save")}</Button>]}>
      <p className="second">{t("conflict.hint", { name })}</p>
      <div className="conflict">
        <div className="conflict-row conflict-head"><span /><span>{t("conflict.theirs", { name })}</span><span>{t("conflict.yours")}</span></div>
        {fields.map((field) => {
          const Shown = fieldKind(field.type).Show ?? fieldKind(field.type).Cell;
          const side = (own: boolean) => {
            const value = (own ? conflict.yours : conflict.current)[field.name] ?? null;
            return (
              <label className={`conflict-side ${mine[field.name] === own ? "on" : ""}`}>
                <input type="radio" name={field.name} checked={mine[field.name] === own} onChange={() => setMine({ ...mine, [field.name]: own })} />
                <span className="grow">{value === null ? <span className="third">{t("field.blank")}</span> : <Shown value={value} field={field} />}</span>
              </label>
            );
          };
          return <div className="conflict-row" key={field.name}><span className="second">{pick(field.label)}</span>{side(false)}{side(true)}</div>;
        })}
      </div>
    </Modal>
  );
}
