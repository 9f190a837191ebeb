/** Whom the starter picks. */
import { Select } from "antd";
import { Pointer } from "lucide-react";
import { t } from "../../kernel/i18n";
import { text, type ApproverKind, type SourceProps } from "../../kit/flows/kinds";

function Settings({ value, offered, onChange }: SourceProps) {
  return <Select value={text(value["among"])} aria-label={t("flow.among")} style={{ width: "100%" }} showSearch={{ optionFilterProp: "label" }} options={[{ value: "", label: t("flow.among_all") }, ...offered.roles.map((item) => ({ ...item, label: t("flow.among_role", { role: item.label }) }))]} onChange={(name: string) => onChange({ among: name || undefined })} />;
}

export const chosen: ApproverKind = {
  kind: "chosen", Icon: Pointer, begun: {}, Settings,
  words: (source, told) => {
    const role = text(source["among"]);
    return role ? t("flow.chosen_among", { role: told.named("role", role) }) : t("flow.chosen");
  },
};
