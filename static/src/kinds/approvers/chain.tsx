/** The heads above the starter, one after the other. */
import { InputNumber } from "antd";
import { Network } from "lucide-react";
import { t } from "../../kernel/i18n";
import type { ApproverKind, SourceProps } from "../../kit/flows/kinds";

function Settings({ value, onChange }: SourceProps) {
  return <InputNumber value={Number(value["levels"] ?? 0) || null} min={1} max={9} precision={0} aria-label={t("flow.chain_levels")} placeholder={t("flow.to_the_top")} suffix={<span className="third">{t("flow.level_unit")}</span>} onChange={(next) => onChange({ levels: next ?? undefined })} />;
}

export const chain: ApproverKind = {
  kind: "chain", Icon: Network, begun: {}, Settings,
  words: (source) => {
    const levels = Number(source["levels"] ?? 0);
    return levels ? t("flow.chain", { count: levels }) : t("flow.chain_all");
  },
};
