/** Every part of this folder, put into the kit's list under its own name. */
import { registerPart, type ComponentKind } from "../../kit/parts-context";

for (const module of Object.values(import.meta.glob<Record<string, ComponentKind>>("./*.tsx", { eager: true })))
  for (const kind of Object.values(module)) registerPart(kind);
