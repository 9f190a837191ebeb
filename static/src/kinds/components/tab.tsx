/** What one tab holds. */
import type { Component } from "../../kernel/types";
import { Parts } from "../../kit/Tree";
import { useParts, type ComponentKind } from "../../kit/parts-context";

function Part({ component }: { component: Component }) {
  const { phone } = useParts();
  return <div className="section-grid" style={{ gridTemplateColumns: phone ? "minmax(0, 1fr)" : "repeat(2, minmax(0, 1fr))" }}><Parts components={component.components} /></div>;
}

export const tab: ComponentKind = { kind: "tab", Part };
