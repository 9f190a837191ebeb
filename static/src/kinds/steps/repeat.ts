/** Steps are gone through again as long as a condition holds. */
import { Repeat2 } from "lucide-react";
import { t } from "../../kernel/i18n";
import { text, type StepKind } from "../../kit/flows/kinds";

export const repeat: StepKind = {
  kind: "repeat", Icon: Repeat2, tone: "purple", begun: {}, divides: true, single: true,
  sentence: (step, told) => (told.condition(text(step["condition"])) ? t("flow.says_repeat", { most: Number(step["most"] ?? 100) }) : ""),
};
