/** What can start a rule and what it can do: dragged into the sentence, or added by double click or Enter. */
import { Input } from "antd";
import { Search } from "lucide-react";
import { useState } from "react";
import { i18n, t } from "../../kernel/i18n";
import { usePhone } from "../../kit/look";
import { pictureOf } from "../../kit/rules/pictures";
import { useDesign } from "../context";

export const kindLabel = (sort: "trigger" | "action", kind: string): string => (i18n.exists(`rule.${sort}_${kind}`) ? t(`rule.${sort}_${kind}`) : kind);
export const DRAGGED = "application/x-rule";

const order = {
  trigger: ["created", "changed", "threshold", "measure", "segment", "deleted", "before_save", "schedule", "date", "button", "message"],
  action: ["set_values", "make_record", "instantiate_template", "send_message", "notify", "append_to_ledger", "decide", "assign", "add_tag", "remove_tag", "change_related", "reject", "call_webhook"],
};

/** What is used most comes first. */
export const ordered = (sort: "trigger" | "action", known: string[]): string[] => [...order[sort].filter((kind) => known.includes(kind)), ...known.filter((kind) => !order[sort].includes(kind))];

export function Palette({ take }: { take: (sort: "trigger" | "action", kind: string) => void }) {
  const { schemas } = useDesign();
  const [typed, setTyped] = useState("");
  const kinds = (sort: "trigger" | "action") => {
    return ordered(sort, Object.keys(schemas.kinds[`${sort}s`] ?? {})).filter((kind) => !typed.trim() || `${kindLabel(sort, kind)} ${kind}`.toLowerCase().includes(typed.trim().toLowerCase()));
  };
  return (
    <aside className="form-palette" aria-label={t("rule.palette")}>
      <Input size="small" allowClear prefix={<Search size={14} className="third" />} value={typed} placeholder={t("form.palette_search")} aria-label={t("form.palette_search")} onChange={(event) => setTyped(event.target.value)} onKeyDown={(event) => event.stopPropagation()} />
      <div className="form-palette-scroll">
        {(["trigger", "action"] as const).map((sort) => (
          <div key={sort}>
            <div className="form-palette-group">{t(sort === "trigger" ? "rule.palette_when" : "rule.palette_then")}</div>
            <div className="form-palette-grid one">{kinds(sort).map((kind) => <Item key={kind} sort={sort} kind={kind} take={take} />)}</div>
          </div>
        ))}
      </div>
      <p className="small third form-palette-hint">{t("rule.palette_hint")}</p>
    </aside>
  );
}

function Item({ sort, kind, take }: { sort: "trigger" | "action"; kind: string; take: (sort: "trigger" | "action", kind: string) => void }) {
  const phone = usePhone();
  const Picture = pictureOf(kind);
  return (
    <button
      type="button" className="plain form-palette-item" draggable title={kindLabel(sort, kind)} onDragStart={(event) => { event.dataTransfer.setData(`${DRAGGED}-${sort}`, kind); event.dataTransfer.setData("text/plain", kindLabel(sort, kind)); }}
      onClick={() => phone && take(sort, kind)} onDoubleClick={() => phone || take(sort, kind)} onKeyDown={(event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        take(sort, kind);
      }}
    >
      <Picture size={15} strokeWidth={1.8} aria-hidden />
      <span className="cut">{kindLabel(sort, kind)}</span>
    </button>
  );
}
