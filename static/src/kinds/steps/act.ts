/** Actions of rules are done. */
import { Zap } from "lucide-react";
import type { StepKind } from "../../kit/flows/kinds";

export const act: StepKind = { kind: "act", Icon: Zap, tone: "amber", begun: { actions: [] }, sentence: (step, told) => told.actions(step["actions"]) };
