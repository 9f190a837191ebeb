/** Who leads a department, so many levels up. */
import { InputNumber, Select } from "antd";
import { Crown } from "lucide-react";
import { t } from "../../kernel/i18n";
import { text, type ApproverKind, type SourceProps } from "../../kit/flows/kinds";

function Settings({ value, offered, onChange }: SourceProps) {
  return (
    <>
      <Select value={text(value["of"])} aria-label={t("flow.head_of")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={[{ value: "", label: t("flow.of_starter") }, ...offered.paths(["department", "user"])]} onChange={(path: string) => onChange({ of: path || undefined })} />
      <InputNumber value={Number(value["levels"] ?? 1)} min={1} max={9} precision={0} aria-label={t("flow.levels")} prefix={<span className="third">{t("flow.level")}</span>} suffix={<span className="third">{t("flow.level_unit")}</span>} onChange={(next) => onChange({ levels: !next || next === 1 ? undefined : next })} />
    </>
  );
}

export const head: ApproverKind = {
  kind: "head", Icon: Crown, begun: {}, Settings,
  words: (source, told) => {
    const levels = Number(source["levels"] ?? 1);
    const of = text(source["of"]) ? told.field(text(source["of"])) : t("flow.starter");
    return t(levels === 1 ? "flow.head" : "flow.head_above", { of, count: levels });
  },
};
