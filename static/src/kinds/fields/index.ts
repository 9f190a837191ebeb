/** Every field type of this folder, put into the kit's list under its own name. */
import { register, type FieldKind } from "../../kit/fields";
import { segment } from "../../kit/segment";

for (const module of Object.values(import.meta.glob<Record<string, FieldKind>>(["./*.tsx", "!./*.test.tsx"], { eager: true })))
  for (const kind of Object.values(module)) register(kind);
register(segment);
