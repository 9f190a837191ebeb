/** Another flow is gone through. */
import { Workflow } from "lucide-react";
import { t } from "../../kernel/i18n";
import { text, type StepKind } from "../../kit/flows/kinds";

export const call: StepKind = {
  kind: "call", Icon: Workflow, tone: "cyan", begun: {},
  sentence: (step, told) => {
    const flow = told.named("flow", text(step["flow"]));
    const over = text(step["over"]);
    return flow ? t(over ? "flow.says_call_over" : "flow.says_call", { flow, field: over ? told.field(over) : "" }) + (step["waits"] === false ? t("flow.not_waiting") : "") : "";
  },
};
