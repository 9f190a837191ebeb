/** Tabs, each holding parts; a tab with something wrong in it says so. */
import { useState } from "react";
import { pick } from "../../kernel/i18n";
import { fieldsIn } from "../../kernel/metadata";
import type { Component } from "../../kernel/types";
import { Part as One } from "../../kit/Tree";
import { useParts, visible, type ComponentKind } from "../../kit/parts-context";

function Part({ component }: { component: Component }) {
  const parts = useParts();
  const list = (component.components ?? []).filter((tab) => visible(tab, parts));
  const [at, setAt] = useState(0);
  const shown = list[Math.min(at, list.length - 1)];
  const wrong = (tab: Component) => fieldsIn(tab.components ?? []).filter((name) => parts.issues.some((issue) => issue.path[0] === name)).length;
  return (
    <div className="tabs wide">
      <div className="tabs-list" role="tablist">
        {list.map((tab, index) => (
          <button
            key={tab.id} type="button" role="tab" aria-selected={tab === shown} tabIndex={tab === shown ? 0 : -1} className="plain tab" onClick={() => setAt(index)}
            onKeyDown={(event) => {
              const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
              if (!step) return;
              const next = (index + step + list.length) % list.length;
              setAt(next);
              (event.currentTarget.parentElement?.children[next] as HTMLElement | undefined)?.focus();
            }}
          >
            {pick(tab.label, String(index + 1))}
            {parts.badge?.(tab)}
            {wrong(tab) > 0 && <span className="tab-count bad">{wrong(tab)}</span>}
          </button>
        ))}
      </div>
      {shown && <div role="tabpanel" className="tab-body"><One key={shown.id} component={shown} /></div>}
    </div>
  );
}

export const tabs: ComponentKind = { kind: "tabs", Part };
