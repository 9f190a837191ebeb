/** The kinds of step to take into the flow: dragged between two cards, or added after the chosen one by double click or Enter. */
import { Input } from "antd";
import { Search } from "lucide-react";
import { useState } from "react";
import { t } from "../../kernel/i18n";
import { stepKind } from "../../kit/flows/kinds";
import { stepLabel } from "../../kit/flows/words";
import { usePhone } from "../../kit/look";
import { useKinds } from "./AddMenu";
import type { Carried } from "./board";

export function Palette({ carry, take }: { carry: (what: Carried | null) => void; take: (type: string) => void }) {
  const phone = usePhone();
  const [typed, setTyped] = useState("");
  const kinds = useKinds().filter((type) => !typed.trim() || `${stepLabel(type)} ${type}`.toLowerCase().includes(typed.trim().toLowerCase()));
  return (
    <aside className="form-palette" aria-label={t("flow.palette")}>
      <Input size="small" allowClear prefix={<Search size={14} className="third" />} value={typed} placeholder={t("form.palette_search")} aria-label={t("form.palette_search")} onChange={(event) => setTyped(event.target.value)} onKeyDown={(event) => event.stopPropagation()} />
      <div className="form-palette-scroll">
        <div className="form-palette-grid one">
          {kinds.map((type) => {
            const kind = stepKind(type)!;
            return (
              <button
                key={type} type="button" className="plain form-palette-item flow-palette-item" draggable title={t(`flow.hint_${type}`)} onDragStart={(event) => { event.dataTransfer.setData("text/plain", stepLabel(type)); carry({ sort: "new", type }); }} onDragEnd={() => carry(null)}
                onClick={() => phone && take(type)} onDoubleClick={() => phone || take(type)} onKeyDown={(event) => {
                  if (event.key !== "Enter") return;
                  event.preventDefault();
                  take(type);
                }}
              >
                <span className="flow-icon" style={{ background: `var(--${kind.tone})`, color: `var(--${kind.tone}-text)` }}><kind.Icon size={14} aria-hidden /></span>
                <span className="cut">{stepLabel(type)}</span>
              </button>
            );
          })}
        </div>
      </div>
      <p className="small third form-palette-hint">{t("flow.palette_hint")}</p>
    </aside>
  );
}
