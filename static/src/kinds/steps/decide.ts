/** A decision table is asked, and its outputs are written into the record. */
import { Table2 } from "lucide-react";
import { t } from "../../kernel/i18n";
import { text, type StepKind } from "../../kit/flows/kinds";

export const decide: StepKind = {
  kind: "decide", Icon: Table2, tone: "olive", begun: {},
  sentence: (step, told) => {
    const table = told.named("decision_table", text(step["table"]));
    const outcomes = told.outcomes(step);
    return table ? (outcomes ? t("flow.says_decide_into", { table, outcomes }) : t("flow.says_decide", { table })) : "";
  },
};
