/** Giving a field another type: what would become of the values it has, before it is done. */
import { useQuery } from "@tanstack/react-query";
import { Modal, Select } from "antd";
import { useState } from "react";
import { post } from "../../kernel/api";
import { pick, t } from "../../kernel/i18n";
import type { Field, Json } from "../../kernel/types";
import { Bone, told } from "../../kit/parts";
import { useBook, useDesign } from "../context";
import { typeLabel } from "../inspector/words";
import { fieldsOf, json } from "../shape";

interface Result {
  passing: number;
  failing: number;
  examples: { id: number; value: Json; reason: string }[];
  impossible?: boolean;
}

const shared = new Set(["id", "name", "label", "hint", "required", "unique", "indexed", "validations", "sensitive"]);

export function Retype({ entityId, field, close }: { entityId: string; field: Field; close: () => void }) {
  const { app, draft, schemas } = useDesign();
  const book = useBook();
  const entity = book["entity"]?.[entityId];
  const at = fieldsOf(entity).findIndex((item) => item.name === field.name);
  const before = fieldsOf(entity)[at] as unknown as { [key: string]: Json };
  const [type, setType] = useState("");
  const kinds = Object.entries(schemas.kinds["fields"] ?? {}).filter(([name, kind]) => !kind.derived && kind.group !== "system" && !["lines", "sequence"].includes(name) && name !== field.type);
  const own = schemas.kinds["fields"]?.[type]?.schema.properties ?? {};
  const to = type ? { ...Object.fromEntries(Object.entries(before).filter(([key]) => shared.has(key) || key in own)), type } : null;
  const result = useQuery({ queryKey: ["retype", app, entityId, field.name, type], enabled: !!to, staleTime: 0, queryFn: () => post<Result>(`designer/${app}/retype-preview`, { entity: entity?.["name"], field: before["id"] ?? before["name"], to }) });
  const data = result.data;
  return (
    <Modal open title={t("data.retype_title", { name: pick(field.label) })} width={520} onCancel={close} okText={t("data.retype_do")} cancelText={t("do.cancel")} okButtonProps={{ disabled: !data || !!data.impossible }} onOk={() => {
      draft.run({ label: "design.step_change", patches: [{ do: "set", path: ["entity", entityId, "fields", at], value: json(to) }] });
      close();
    }}>
      <div className="new-form">
        <label><span className="field-label">{t("data.retype_from", { type: typeLabel(field.type) })}</span>
          <Select autoFocus value={type || undefined} placeholder={t("data.retype_choose")} onChange={setType} showSearch={{ optionFilterProp: "label" }} options={kinds.map(([name]) => ({ value: name, label: typeLabel(name) }))} />
        </label>
        {type && result.isPending && <Bone height={40} />}
        {result.isError && <p className="wrong">{told(result.error).detail}</p>}
        {data?.impossible && <p className="wrong">{t("data.retype_impossible")}</p>}
        {data && !data.impossible && (
          <div className="retype">
            <span className="risk good">{t("data.retype_passing", { count: data.passing })}</span>
            {data.failing > 0 && <span className="risk warn">{t("data.retype_failing", { count: data.failing })}</span>}
            {data.failing > 0 && <p className="help">{t("data.retype_kept")}</p>}
            {data.examples.length > 0 && <div className="publish-rows">{data.examples.slice(0, 6).map((item) => <div key={item.id}><span className="cut">{String(item.value)}</span><span className="third cut">{item.reason}</span></div>)}</div>}
          </div>
        )}
      </div>
    </Modal>
  );
}
