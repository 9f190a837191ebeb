/** Every step of this folder, put into the kit's list under its own name. */
import { registerStep, type StepKind } from "../../kit/flows/kinds";

for (const module of Object.values(import.meta.glob<Record<string, StepKind>>(["./*.ts", "!./index.ts", "!./*.test.ts"], { eager: true })))
  for (const kind of Object.values(module)) registerStep(kind);
