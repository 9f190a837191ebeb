/** A number split into stretches: bands with names of their own, or steps of the same width. */
import { Button, InputNumber } from "antd";
import { Plus, X } from "lucide-react";
import { language, t } from "../../kernel/i18n";
import type { Json, Label } from "../../kernel/types";
import { LabelInput } from "../inspector/widgets";
import { free } from "../shape";
import type { Dimension } from "./facts";

type Put = (values: { [key: string]: Json | undefined }, typing?: boolean) => void;

export function Bands({ part, put }: { part: Dimension; put: Put }) {
  const bands = part.bands ?? [];
  const set = (next: NonNullable<Dimension["bands"]>, typing = false) => put({ bands: next.length ? (next as unknown as Json) : undefined, ...(next.length ? { step: undefined } : {}) }, typing);
  const label = (band: (typeof bands)[number], at: number): Label => band.label || { [language()]: String(at + 1) };
  const add = () => {
    const last = [...bands].reverse().find((band) => band.below !== undefined)?.below ?? 0;
    const name = free(bands.map((band) => band.name), `band_${bands.length + 1}`);
    const before = bands.map((band, at) => (at === bands.length - 1 && band.below === undefined ? { ...band, below: last + 100 } : band));
    const first = bands.length ? [] : [{ name: free([name], "band_0"), label: `< ${last + 100}`, below: last + 100 }];
    set([...before, ...first, { name, label: `≥ ${last + 100}` }]);
  };
  return (
    <div className="inspector-row">
      <div className="field-label">{t("facts.bands")}</div>
      {bands.map((band, at) => (
        <div key={band.name} className="line" style={{ gap: 6, marginBottom: 6 }}>
          <div style={{ flex: 1, minWidth: 0 }}><LabelInput title={t("facts.band_name")} value={label(band, at)} onChange={(next) => set(bands.map((one, index) => (index === at ? { ...one, label: next as Label } : one)), true)} /></div>
          <InputNumber size="small" style={{ width: 92 }} prefix={<span className="third">&lt;</span>} value={band.below ?? null} placeholder={at === bands.length - 1 ? t("facts.band_rest") : t("facts.band_below")} aria-label={t("facts.band_below")} onChange={(next) => set(bands.map((one, index) => (index === at ? (next === null ? { name: one.name, label: one.label } : { ...one, below: next }) : one)), true)} />
          <button type="button" className="icon-button" aria-label={t("do.remove")} onClick={() => set(bands.filter((_, index) => index !== at))}><X size={14} /></button>
        </div>
      ))}
      <Button size="small" type="dashed" icon={<Plus size={13} />} onClick={add}>{t("facts.band_add")}</Button>
      <div className="help">{t("facts.bands_hint")}</div>
      {!bands.length && <label className="inspector-row"><span className="field-label">{t("facts.step")}</span><InputNumber min={0} precision={0} value={part.step || null} aria-label={t("facts.step")} onChange={(next) => put({ step: next || undefined }, true)} /></label>}
    </div>
  );
}
