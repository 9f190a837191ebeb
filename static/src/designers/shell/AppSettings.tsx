/** An application's own settings: how it looks, and which other applications it may name tables, datasets and roles of. */
import { Checkbox } from "antd";
import { useEffect } from "react";
import { pick, t } from "../../kernel/i18n";
import { words } from "../../kernel/issues";
import { Badge } from "../../kit/icons";
import { change, useBook, useDesign, useStatus, type Other } from "../context";
import { IconPicker, Swatch } from "../inspector/widgets";

export function AppSettings() {
  const { app, draft, others, askOthers } = useDesign();
  const { issues, saving } = useStatus();
  useEffect(() => {
    if (saving === "saved") askOthers();
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [saving]);
  const head = useBook()["application"]?.[app];
  const required = (Array.isArray(head?.["requires"]) ? head["requires"] : []).map(String);
  const put = (name: string, on: boolean) => {
    const next = on ? [...required, name] : required.filter((one) => one !== name);
    change(draft, ["application", app], { requires: next.length ? next : undefined });
  };
  const wrong = issues.filter((issue) => !issue.kind && issue.path[0] === "requires");
  // what is no longer there can still be let go
  const gone = required.filter((name) => !others.some((item) => item.name === name)).map((name): Other => ({ name, label: name, icon: "", color: "", required: true, circle: false, used: [] }));
  return (
    <div className="app-settings">
      <div className="line"><IconPicker value={String(head?.["icon"] ?? "")} onChange={(icon) => change(draft, ["application", app], { icon })} /><Swatch color={String(head?.["color"] ?? "") || "teal"} onChange={(color) => change(draft, ["application", app], { color })} /></div>
      <div role="group" aria-label={t("design.requires")}>
        <div className="field-label">{t("design.requires")}</div>
        <div className="help">{t("design.requires_hint")}</div>
        {[...others, ...gone].map((item) => {
          const on = required.includes(item.name);
          const why = !on && item.circle ? t("design.requires_circle") : on ? usedWords(item) : "";
          return (
            <div key={item.name} className="app-settings-other">
              <Checkbox checked={on} disabled={!!why} aria-label={pick(item.label, item.name)} onChange={(event) => put(item.name, event.target.checked)}><span className="line"><Badge icon={item.icon} color={item.color} size={22} /><span className="cut">{pick(item.label, item.name)}</span></span></Checkbox>
              {why && <div className="help">{why}</div>}
            </div>
          );
        })}
        {!others.length && !gone.length && <div className="third small">{t("design.requires_none")}</div>}
        {wrong.map((issue, at) => <div key={`${issue.code}${at}`} className="wrong small" role="alert">{words(issue)}</div>)}
      </div>
    </div>
  );
}

/** What stands in the way of taking a requirement away, by names. */
function usedWords({ used }: Other): string {
  if (!used.length) return "";
  const named = used.slice(0, 3).map((item) => `${t(`sort.${item.kind}`)} ${pick(item.label)}`);
  return t("design.requires_used", { list: named.join(t("say.list")), count: used.length });
}
