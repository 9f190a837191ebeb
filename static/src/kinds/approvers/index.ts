/** Every source of people of this folder, put into the kit's list under its own name. */
import { registerApprover, type ApproverKind } from "../../kit/flows/kinds";

for (const module of Object.values(import.meta.glob<Record<string, ApproverKind>>(["./*.tsx", "!./*.test.tsx"], { eager: true })))
  for (const kind of Object.values(module)) registerApprover(kind);
