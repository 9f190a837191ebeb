/** Somebody gets a copy. */
import { BellRing } from "lucide-react";
import { t } from "../../kernel/i18n";
import type { StepKind } from "../../kit/flows/kinds";

export const notify: StepKind = {
  kind: "notify", Icon: BellRing, tone: "indigo", begun: { people: [] },
  sentence: (step, told) => {
    const people = told.people(step["people"]);
    return people ? t("flow.says_notify", { people }) : "";
  },
};
