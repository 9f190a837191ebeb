/** Who stands in a field of the record. */
import { Select } from "antd";
import { ContactRound } from "lucide-react";
import { t } from "../../kernel/i18n";
import { text, type ApproverKind, type SourceProps } from "../../kit/flows/kinds";

function Settings({ value, offered, onChange }: SourceProps) {
  const options = offered.paths(["user", "created_by"]);
  return <Select value={text(value["field"]) || undefined} aria-label={t("flow.approver_field")} placeholder={t("facts.choose_field")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={options} notFoundContent={t("flow.no_person_field")} onChange={(path: string) => onChange({ field: path })} />;
}

export const fieldSource: ApproverKind = {
  kind: "field", Icon: ContactRound, begun: {}, Settings,
  words: (source, told) => (text(source["field"]) ? t("flow.field", { field: told.field(text(source["field"])) }) : ""),
};
