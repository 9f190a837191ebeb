/** Whoever holds a role, everywhere or near the starter. */
import { Select } from "antd";
import { Users } from "lucide-react";
import { t } from "../../kernel/i18n";
import { text, type ApproverKind, type SourceProps } from "../../kit/flows/kinds";

function Settings({ value, offered, onChange }: SourceProps) {
  return (
    <>
      <Select value={text(value["role"]) || undefined} aria-label={t("flow.approver_role")} placeholder={t("flow.choose_role")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={offered.roles} onChange={(role: string) => onChange({ role })} />
      <Select value={text(value["within"])} aria-label={t("flow.within")} style={{ width: "100%" }} options={["", "department", "above"].map((word) => ({ value: word, label: t(`flow.within_${word || "all"}`) }))} onChange={(word: string) => onChange({ within: word || undefined })} />
    </>
  );
}

export const role: ApproverKind = {
  kind: "role", Icon: Users, begun: {}, Settings,
  words: (source, told) => {
    const name = told.named("role", text(source["role"]));
    return name ? t(`flow.role_${text(source["within"]) || "all"}`, { role: name }) : "";
  },
};
