/** A titled group of parts in one to four columns, which may be folded. */
import { ChevronDown } from "lucide-react";
import { useState } from "react";
import { pick } from "../../kernel/i18n";
import type { Component } from "../../kernel/types";
import { isBlank } from "../../kit/fields";
import { Parts } from "../../kit/Tree";
import { idle, useParts, type ComponentKind } from "../../kit/parts-context";

function Part({ component }: { component: Component }) {
  const parts = useParts();
  const [open, setOpen] = useState(!component.folded);
  const label = pick(component.label);
  const hint = pick(component.hint);
  const columns = parts.phone ? (parts.mode === "read" ? 2 : 1) : Math.min(Number(component.columns ?? 2), parts.narrow ? 2 : 4);
  const fields = (component.components ?? []).map((item) => (item.type === "field" && item.field ? item.field : null));
  if (parts.mode === "read" && !parts.blanks && fields.every((name) => name !== null && isBlank(parts.values[name]) && !parts.editing?.has(name))) return null;
  const all = component.components ?? [];
  if (all.length && all.every((item) => idle(item, parts))) return null;
  return (
    <section className="section">
      {label && (
        <button type="button" className="plain section-title" aria-expanded={open} onClick={() => setOpen(!open)}>
          <h3>{label}</h3>
          <ChevronDown size={15} aria-hidden style={{ transform: open ? undefined : "rotate(-90deg)" }} />
        </button>
      )}
      {hint && open && parts.mode === "edit" && <p className="help section-hint">{hint}</p>}
      {(open || parts.all) && <div className="section-grid" style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}><Parts components={component.components} /></div>}
    </section>
  );
}

export const section: ComponentKind = { kind: "section", Part };
