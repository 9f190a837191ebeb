/** The small editors of an inspector: labels in two languages, options with colours, icons, default values. */
import { Dropdown, Input, Popover } from "antd";
import { GripVertical, Languages, Plus, X } from "lucide-react";
import { useState } from "react";
import { language, pick, t } from "../../kernel/i18n";
import type { Field, Json, Label, Option, Value } from "../../kernel/types";
import { fieldKind, PlaceContext } from "../../kit/fields";
import { iconNames, iconOf } from "../../kit/icons";
import { colours } from "../../kit/tokens";
import { useDesign } from "../context";
import { free, relabelled } from "../shape";

export function LabelInput({ value, onChange, long, placeholder, title }: { value: Label; onChange: (label: Label) => void; long?: boolean; placeholder?: string; title: string }) {
  const other = language() === "en" ? "zh-CN" : "en";
  const both = !!value && typeof value === "object" && !!value[other];
  const [two, setTwo] = useState(both);
  const Box = long ? Input.TextArea : Input;
  const text = (code: string) => (value && typeof value === "object" ? (value[code] ?? "") : code === "zh-CN" || language() === code ? (value ?? "") : "");
  return (
    <div className="label-input">
      <div className="line">
        <Box aria-label={title} value={typeof value === "object" && value ? (value[language()] ?? pick(value)) : (value ?? "")} placeholder={placeholder ?? ""} onChange={(event) => onChange(relabelled(value, language(), event.target.value))} />
        <button type="button" className="icon-button" aria-pressed={two} title={t("inspect.two_languages")} aria-label={t("inspect.two_languages")} onClick={() => setTwo(!two)}><Languages size={15} /></button>
      </div>
      {two && <Box value={text(other)} aria-label={t(other === "en" ? "language.en" : "language.zh")} placeholder={t(other === "en" ? "language.en" : "language.zh")} onChange={(event) => onChange(relabelled(value, other, event.target.value))} />}
    </div>
  );
}

export function Swatch({ color, onChange }: { color: string | undefined; onChange: (color: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover trigger="click" open={open} onOpenChange={setOpen} content={
      <div className="swatches">{colours.map((name) => <button key={name} type="button" className="plain swatch" aria-label={t(`colour.${name}`)} title={t(`colour.${name}`)} aria-pressed={name === color} style={{ background: `var(--${name}-text)` }} onClick={() => { onChange(name); setOpen(false); }} />)}</div>
    }>
      <button type="button" className="plain swatch" aria-label={t("prop.color")} style={{ background: `var(--${colours.includes(color ?? "") ? color : "gray"}-text)` }} />
    </Popover>
  );
}

export function OptionsEditor({ value, onChange }: { value: Option[]; onChange: (options: Option[]) => void }) {
  const [dragged, setDragged] = useState<number | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const set = (at: number, next: Partial<Option>) => onChange(value.map((item, index) => (index === at ? { ...item, ...next } : item)));
  const word = () => free(value.map((item) => item.value), `option_${value.length + 1}`);
  const add = (label = t("inspect.option", { number: value.length + 1 })) => onChange([...value, { value: word(), label, color: colours[1 + ((value.length * 5) % (colours.length - 1))]! }]);
  return (
    <div className="options">
      {value.map((item, at) => (
        <div
          key={item.value} className={`options-row ${item.active === false ? "off" : ""}`} draggable={dragged === at}
          onDragOver={(event) => {
            event.preventDefault();
            if (dragged === null || dragged === at) return;
            const next = [...value];
            next.splice(at, 0, next.splice(dragged, 1)[0]!);
            onChange(next);
            setDragged(at);
          }}
          onDragEnd={() => setDragged(null)}
        >
          <span className="grip" onPointerDown={() => setDragged(at)} onPointerUp={() => setDragged(null)} aria-hidden><GripVertical size={14} /></span>
          <Swatch color={item.color} onChange={(color) => set(at, { color })} />
          <Input
            value={pick(item.label)} aria-label={t("inspect.option", { number: at + 1 })} variant="borderless" onChange={(event) => set(at, { label: relabelled(item.label, language(), event.target.value) })}
            onKeyDown={(event) => {
              event.stopPropagation();
              if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
              // on to the next one; after the last comes another
              setNext(at + 1);
              if (at === value.length - 1) add();
            }}
            ref={next === at ? (input) => { input?.focus({ cursor: "all" }); if (input) setNext(null); } : undefined}
            onFocus={(event) => pick(item.label) === t("inspect.option", { number: at + 1 }) && event.target.select()}
            onPaste={(event) => {
              const lines = event.clipboardData.getData("text").split(/\r?\n/).map((line) => line.trim()).filter(Boolean);
              if (lines.length < 2) return;
              event.preventDefault();
              const taken = value.map((one) => one.value);
              onChange([...value.slice(0, at), ...lines.map((label, index): Option => {
                const own = index === 0 ? item.value : free(taken, `option_${value.length + index}`);
                taken.push(own);
                return { value: own, label, color: colours[1 + (((at + index) * 5) % (colours.length - 1))]! };
              }), ...value.slice(at + 1)]);
            }}
          />
          <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => onChange(value.filter((_, index) => index !== at))}><X size={14} /></button>
        </div>
      ))}
      <button type="button" className="plain options-add" onClick={() => add()}><Plus size={14} aria-hidden />{t("inspect.option_add")}</button>
    </div>
  );
}

export function IconPicker({ value, onChange }: { value: string; onChange: (icon: string) => void }) {
  const Picture = iconOf(value);
  return (
    <Dropdown trigger={["click"]} popupRender={() => (
      <div className="icons">{iconNames.filter((name, at) => iconNames.findIndex((other) => iconOf(other) === iconOf(name)) === at).map((name) => {
        const One = iconOf(name);
        return <button key={name} type="button" className="icon-button" aria-label={name} aria-pressed={name === value} onClick={() => onChange(name)}><One size={17} /></button>;
      })}</div>
    )}>
      <button type="button" className="icon-button icon-choose" aria-label={t("prop.icon")}><Picture size={17} /></button>
    </Dropdown>
  );
}

/** The default of a field, typed in the field's own editor. */
export function DefaultValue({ field, onChange }: { field: Field; onChange: (value: Json | undefined) => void }) {
  const { app } = useDesign();
  const kind = fieldKind(field.type);
  if (!kind.Input || ["file", "image", "signature", "lines", "rich_text"].includes(field.type)) return <span className="third small">{t("inspect.no_default")}</span>;
  return (
    <PlaceContext.Provider value={{ application: app, entity: "" }}>
      <kind.Input field={{ ...field, access: "write", required: false }} value={(field.default ?? null) as Value} onChange={(next) => onChange(next === null ? undefined : next)} />
    </PlaceContext.Provider>
  );
}
