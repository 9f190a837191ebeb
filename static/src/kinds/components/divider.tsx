/** A thin line. */
import type { ComponentKind } from "../../kit/parts-context";

export const divider: ComponentKind = { kind: "divider", Part: () => <hr className="divider wide" /> };
