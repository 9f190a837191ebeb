/** A shared list of options, used by several fields. */
import { language, pick, t } from "../../kernel/i18n";
import type { Json, Option } from "../../kernel/types";
import { change, useBook, useDesign } from "../context";
import { OptionsEditor } from "../inspector/widgets";
import { InlineText } from "../shell/InlineText";
import { fieldsOf, labelOf, list, relabelled, short } from "../shape";

export default function OptionSet({ id }: { id: string }) {
  const { draft, go } = useDesign();
  const book = useBook();
  const set = book["option_set"]![id]!;
  const used = list(book, "entity").flatMap(([key, entity]) => fieldsOf(entity).filter((field) => typeof field["option_set"] === "string" && short(field["option_set"]) === set["name"]).map((field) => ({ key, entity, field })));
  return (
    <div className="designer-page narrow-page">
      <header className="data-head"><InlineText once className="data-name" value={pick(labelOf(set))} label={t("form.rename")} onChange={(text) => change(draft, ["option_set", id], { label: relabelled(labelOf(set), language(), text) as Json }, "design.step_rename")} /></header>
      <div className="panel pad"><OptionsEditor value={(set["options"] ?? []) as unknown as Option[]} onChange={(options) => change(draft, ["option_set", id], { options: options as unknown as Json }, "design.step_change", `${id} options`)} /></div>
      <p className="help data-help">{t("data.options_help")}</p>
      {used.length > 0 && <div className="used">{used.map(({ key, entity, field }) => <button key={`${key}.${field.name}`} type="button" className="plain used-item" onClick={() => go("entity", key, field.name)}><span className="third">{pick(labelOf(entity))}</span> {pick(field.label)}</button>)}</div>}
    </div>
  );
}
