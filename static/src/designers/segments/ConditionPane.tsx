/** A condition edited where it stands: by choices, or as a formula where the builder has no words for it. */
import { Segmented } from "antd";
import { useEffect, useRef, useState } from "react";
import { nothing, write, type Group } from "../../kernel/condition";
import { readGroup } from "../../kernel/condition-read";
import { t } from "../../kernel/i18n";
import { ConditionBuilder } from "../../kit/ConditionBuilder";
import { PlaceContext } from "../../kit/fields";
import { Bone } from "../../kit/parts";
import { useDesign } from "../context";
import { Formula, useChecked, useWords } from "../inspector/Condition";
import { useGather } from "../inspector/Gathered";
import { groupText, offeredFor } from "../inspector/words";

interface Props {
  entity: string;
  text: string;
  onChange: (text: string) => void;
  /** A name that may not be chosen: a segment can't ask for itself. */
  without?: string;
}

export function ConditionPane({ entity, text, onChange, without = "" }: Props) {
  const { app } = useDesign();
  const known = useWords(entity);
  const gather = useGather(entity);
  const [group, setGroup] = useState<Group | null>(text ? null : nothing);
  const [way, setWay] = useState<"builder" | "formula">("builder");
  const [ready, setReady] = useState(!text);
  // What this pane wrote itself; another text came from undo or from somebody else, and is read anew.
  const own = useRef(text ? null : "");
  const foreign = own.current !== text;
  const checked = useChecked(entity, foreign || way === "formula" ? text : "");
  useEffect(() => {
    if (!foreign) return;
    if (!text.trim()) {
      own.current = text;
      setGroup(nothing);
      setReady(true);
      return;
    }
    if (checked.isPending || checked.isPlaceholderData) return;
    own.current = text;
    const read = checked.data?.ast ? readGroup(checked.data.ast, offeredFor(known.find), true) : null;
    setGroup(read);
    setWay(read ? "builder" : "formula");
    setReady(true);
  }, [foreign, text, checked.isPending, checked.isPlaceholderData, checked.data, known.find]);
  const put = (next: string) => {
    own.current = next;
    if (next !== text) onChange(next);
  };
  const fields = known.fields.map((item) => (item.field.type === "segment" ? { ...item, field: { ...item.field, options: (item.field.options ?? []).filter((option) => option.value !== without) } } : item)).filter((item) => item.field.type !== "segment" || (item.field.options ?? []).length > 0);
  return (
    <PlaceContext.Provider value={{ application: app, entity: known.entity?.name ?? "" }}>
      <div className="condition-box" onKeyDown={(event) => event.stopPropagation()}>
        <Segmented<"builder" | "formula"> size="small" value={way} disabled={!group && way === "formula" && !!text} onChange={(next) => {
          setWay(next);
          if (next === "builder" && !group) setGroup(nothing);
          if (next === "formula") setGroup((old) => (old && !old.items.length ? null : old));
        }} options={[{ value: "builder", label: t("inspect.by_choice") }, { value: "formula", label: t("inspect.by_formula") }]} />
        {!ready ? <Bone height={60} /> : way === "builder" && group ? (
          <ConditionBuilder value={group} fields={fields} between gather={gather} onChange={(next) => {
            setGroup(next);
            put(write(next, known.find));
          }} />
        ) : (
          <Formula entity={entity} text={text} wanted="boolean" onChange={(next) => {
            setGroup(null);
            put(next);
          }} />
        )}
        {way === "builder" && group && text && <p className="condition-says">{groupText(group, known.find, (path) => known.label(path.split(".")))}</p>}
      </div>
    </PlaceContext.Provider>
  );
}
