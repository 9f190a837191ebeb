/** Somebody agrees or refuses. */
import { Stamp } from "lucide-react";
import { t } from "../../kernel/i18n";
import type { StepKind } from "../../kit/flows/kinds";
import { deadlineWords, joined, modeWords } from "../../kit/flows/words";

export const approve: StepKind = {
  kind: "approve", Icon: Stamp, tone: "teal", begun: { people: [] },
  sentence: (step, told) => {
    const people = told.people(step["people"]);
    return people ? joined(t("flow.says_approve", { people, mode: modeWords(step) }), deadlineWords(step)) : "";
  },
};
