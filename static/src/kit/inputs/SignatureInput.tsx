/** A name written with finger or mouse, kept as a picture. */
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { t } from "../../kernel/i18n";
import type { Value } from "../../kernel/types";
import { usePlace, type InputProps } from "../fields";
import { useToast } from "../toast";
import { attach, attached, pictureOf } from "../attached";

export default function SignatureInput({ id, value, onChange, disabled, field }: InputProps) {
  const place = usePlace();
  const toast = useToast();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState(false);
  const [saving, setSaving] = useState(false);
  const kept = attached(value)[0];

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = element.clientWidth * ratio;
    element.height = element.clientHeight * ratio;
    const pen = element.getContext("2d");
    if (!pen) return;
    pen.scale(ratio, ratio);
    pen.lineWidth = 2.2;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#1f2329";
    let down = false;
    const start = (event: PointerEvent) => {
      down = true;
      element.setPointerCapture(event.pointerId);
      pen.beginPath();
      pen.moveTo(event.offsetX, event.offsetY);
    };
    const move = (event: PointerEvent) => {
      if (!down) return;
      pen.lineTo(event.offsetX, event.offsetY);
      pen.stroke();
      setDrawn(true);
    };
    const end = () => (down = false);
    element.addEventListener("pointerdown", start);
    element.addEventListener("pointermove", move);
    element.addEventListener("pointerup", end);
    return () => {
      element.removeEventListener("pointerdown", start);
      element.removeEventListener("pointermove", move);
      element.removeEventListener("pointerup", end);
    };
  }, [kept]);

  if (kept)
    return (
      <div className="signature">
        <img src={pictureOf(kept)} alt={t("input.signature")} />
        {!disabled && <Button size="small" onClick={() => onChange(null)}>{t("input.sign_again")}</Button>}
      </div>
    );
  const keep = () => {
    setSaving(true);
    canvas.current?.toBlob((blob) => {
      if (!blob) return setSaving(false);
      void attach(place.files?.(field) ?? "files", new File([blob], "signature.png", { type: "image/png" }), () => undefined)
        .then((saved) => onChange([saved] as unknown as Value), (error: unknown) => toast.failed(error))
        .finally(() => setSaving(false));
    }, "image/png");
  };
  return (
    <div className="signature">
      <canvas ref={canvas} id={id} aria-label={t("input.signature")} />
      <div className="line">
        <Button size="small" disabled={!drawn || !!disabled} loading={saving} type="primary" ghost onClick={keep}>{t("input.sign")}</Button>
        <Button size="small" disabled={!drawn} onClick={() => {
          canvas.current?.getContext("2d")?.clearRect(0, 0, 4000, 4000);
          setDrawn(false);
        }}>{t("do.clear")}</Button>
      </div>
    </div>
  );
}
