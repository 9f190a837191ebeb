/** One value for a field of all rows chosen. */
import { Modal, Select } from "antd";
import { useState } from "react";
import { post } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import { derived } from "../../kernel/metadata";
import type { Entity, Field, Issue, Value } from "../../kernel/types";
import { fieldKind } from "../../kit/fields";
import { Filling } from "../../kit/Filling";
import { useToast } from "../../kit/toast";
import { sent } from "./save";
import type { Former } from "./undo";

export default function BulkChange({ app, entity, chosen, fields, close, done }: { app: string; entity: Entity; chosen: ReadonlySet<number>; fields: Field[]; close: () => void; done: (count: number, formers: Former[]) => void }) {
  const possible = fields.filter((field) => field.access === "write" && !derived(field) && !["lines", "file", "image", "signature"].includes(field.type));
  const [name, setName] = useState(possible[0]?.name ?? "");
  const [value, setValue] = useState<Value>(null);
  const [busy, setBusy] = useState(false);
  const toast = useToast();
  const field = possible.find((item) => item.name === name);
  const Input = field && fieldKind(field.type).Input;
  const run = async () => {
    setBusy(true);
    try {
      const answer = await post<{ changed: number; issues?: Issue[]; undo: Former[] }>(`records/${app}/${entity.name}/bulk`, { ids: [...chosen], values: sent(entity, { [name]: value }) });
      if (answer.issues?.length) toast.say(t("bulk.some_refused", { count: answer.issues.length, reason: answer.issues[0]!.message }));
      done(answer.changed, answer.undo);
    } catch (error) {
      toast.failed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal open title={t("bulk.change_title", { count: chosen.size })} okText={t("bulk.change_do", { count: chosen.size })} cancelText={t("do.cancel")} confirmLoading={busy} onOk={() => void run()} onCancel={close}>
      <div style={{ display: "grid", gap: 12, padding: "8px 0" }}>
        <Select
          value={name} showSearch={{ optionFilterProp: "label" }} options={possible.map((item) => ({ value: item.name, label: pick(item.label) }))} onChange={(next) => {
            setName(String(next));
            setValue(null);
          }}
        />
        {Input && field && <Filling><Input key={field.name} field={{ ...field, required: false }} value={value} onChange={setValue} /></Filling>}
        {value === null && <span className="help">{t("bulk.blank_hint")}</span>}
      </div>
    </Modal>
  );
}
