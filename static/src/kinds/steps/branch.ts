/** The first branch whose condition holds is taken. */
import { GitBranch } from "lucide-react";
import { t } from "../../kernel/i18n";
import type { StepKind } from "../../kit/flows/kinds";

export const branch: StepKind = { kind: "branch", Icon: GitBranch, tone: "purple", begun: {}, divides: true, sentence: (step, told) => t("flow.says_branch", { count: told.branches(step) }) };
