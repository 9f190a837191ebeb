/** Parts side by side. */
import type { Component } from "../../kernel/types";
import { Parts } from "../../kit/Tree";
import { useParts, type ComponentKind } from "../../kit/parts-context";

function Part({ component }: { component: Component }) {
  const { phone, narrow } = useParts();
  return (
    <div className="section-grid wide" style={{ gridTemplateColumns: `repeat(${phone ? 1 : Math.min(Number(component.columns ?? 2), narrow ? 2 : 4)}, minmax(0, 1fr))` }}>
      <Parts components={component.components} />
    </div>
  );
}

export const columns: ComponentKind = { kind: "columns", Part };
