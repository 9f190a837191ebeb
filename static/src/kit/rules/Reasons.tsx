/** The parts of a condition with the values of that moment, and what was or would be done. */
import { Check, X } from "lucide-react";
import { t } from "../../kernel/i18n";
import { pictureOf } from "./pictures";
import type { Done, Part } from "./types";
import "./reasons.css";

export function Reasons({ conditions, effects, would }: { conditions: readonly Part[]; effects: readonly Done[]; would?: boolean }) {
  return (
    <>
      {conditions.length > 0 && (
        <ul className="rule-reasons">
          {conditions.map((part, at) => (
            <li key={at}>
              {part.holds === false ? <X size={14} className="bad" aria-label={t("rule.did_not_hold")} /> : <Check size={14} className="good" aria-label={t("rule.held")} />}
              <span>{part.text}{part.values.length > 0 && <span className="third"> · {t(would ? "rule.is_now" : "rule.was_then", { value: part.values.join(" / ") })}</span>}</span>
            </li>
          ))}
        </ul>
      )}
      {effects.length > 0 && (
        <ul className="rule-effects">
          {effects.map((effect, at) => {
            const Picture = pictureOf(effect.type);
            return <li key={at}><Picture size={14} aria-hidden /><span><b>{effect.label}</b>{effect.text && <span className="second"> {effect.text}</span>}{effect.table && <Table of={effect.table} />}</span></li>;
          })}
        </ul>
      )}
    </>
  );
}

/** "by row 3 of …", a way there for those who design. */
function Table({ of }: { of: NonNullable<Done["table"]> }) {
  if (!of.id) return <span className="second small"> · {of.text}</span>;
  return <span className="small"> · <a href={`/design/${of.application}/decision_table/${encodeURIComponent(of.id)}${of.row ? `?part=${encodeURIComponent(of.row)}` : ""}`}>{of.text}</a></span>;
}
