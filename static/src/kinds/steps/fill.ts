/** Somebody fills in fields. */
import { PencilLine } from "lucide-react";
import { t } from "../../kernel/i18n";
import type { StepKind } from "../../kit/flows/kinds";
import { deadlineWords, joined } from "../../kit/flows/words";

export const fill: StepKind = {
  kind: "fill", Icon: PencilLine, tone: "blue", begun: { people: [] },
  sentence: (step, told) => {
    const people = told.people(step["people"]);
    const edits = Array.isArray(step["edits"]) ? step["edits"] : [];
    const needs = Array.isArray(step["needs"]) ? step["needs"] : [];
    const fields = told.fields([...edits, ...needs.filter((one) => !edits.includes(one))]);
    return people ? joined(fields ? t("flow.says_fill", { people, fields }) : t("flow.says_fill_none", { people }), deadlineWords(step)) : "";
  },
};
