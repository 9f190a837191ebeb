/** A piece of explanation. */
import { pick } from "../../kernel/i18n";
import type { ComponentKind } from "../../kit/parts-context";

export const textPart: ComponentKind = { kind: "text", Part: ({ component }) => <p className="part-text wide">{pick(component.content)}</p> };
