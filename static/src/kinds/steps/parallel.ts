/** All branches are gone through at the same time. */
import { Split } from "lucide-react";
import { t } from "../../kernel/i18n";
import { text, type StepKind } from "../../kit/flows/kinds";

export const parallel: StepKind = { kind: "parallel", Icon: Split, tone: "purple", begun: {}, divides: true, sentence: (step) => t(`flow.says_join_${text(step["join"]) || "all"}`, { count: Number(step["count"] ?? 2) }) };
