/** Nothing happens for a time, until a date, or until something holds. */
import { Hourglass } from "lucide-react";
import { t } from "../../kernel/i18n";
import { text, type Settings, type StepKind } from "../../kit/flows/kinds";
import { joined, span } from "../../kit/flows/words";

function dated(step: Settings, field: string): string {
  const days = Number(step["offset"] ?? 0);
  return t(days > 0 ? "flow.days_after" : days < 0 ? "flow.days_before" : "flow.on_day", { field, count: Math.abs(days) });
}

export const wait: StepKind = {
  kind: "wait", Icon: Hourglass, tone: "orange", begun: {},
  sentence: (step, told) => {
    const until = text(step["until"]) || "duration";
    if (until === "duration") return t("flow.says_wait", { span: span(step["amount"] ?? 1, step["unit"] ?? "days", step["working"]) });
    if (until === "date") {
      const field = told.field(text(step["field"]));
      return field ? t("flow.says_wait_date", { when: dated(step, field), at: text(step["at"]) || "09:00" }) : "";
    }
    if (!told.condition(text(step["condition"]))) return "";
    const late = Number(step["timeout"] ?? 0);
    return joined(t("flow.says_wait_event"), late ? t(text(step["timed_out"]) === "end" ? "flow.timed_end" : "flow.timed_go", { span: span(late, step["timeout_unit"] ?? "days", false) }) : "");
  },
};
