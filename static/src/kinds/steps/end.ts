/** The flow is over, here and at once. */
import { CircleStop } from "lucide-react";
import { t } from "../../kernel/i18n";
import { text, type StepKind } from "../../kit/flows/kinds";

export const end: StepKind = { kind: "end", Icon: CircleStop, tone: "gray", begun: {}, sentence: (step) => t("flow.says_end", { outcome: t(`flow.outcome_${text(step["outcome"]) || "ended"}`) }) };
