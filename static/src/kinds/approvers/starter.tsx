/** Who started the flow. */
import { CirclePlay } from "lucide-react";
import { t } from "../../kernel/i18n";
import type { ApproverKind } from "../../kit/flows/kinds";

export const starter: ApproverKind = { kind: "starter", Icon: CirclePlay, begun: {}, words: () => t("flow.starter") };
