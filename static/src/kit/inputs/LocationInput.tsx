/** A place on earth, from the device or typed. */
import { Button, InputNumber, Space } from "antd";
import { LocateFixed } from "lucide-react";
import { useState } from "react";
import { t } from "../../kernel/i18n";
import type { InputProps } from "../fields";

export default function LocationInput({ id, value, onChange, disabled, invalid }: InputProps) {
  const now = (value && typeof value === "object" && !Array.isArray(value) ? value : {}) as { lat?: number; lng?: number };
  const [busy, setBusy] = useState(false);
  const set = (part: "lat" | "lng", next: number | null) => onChange(next === null && now[part === "lat" ? "lng" : "lat"] === undefined ? null : { ...now, [part]: next });
  const here = () => {
    setBusy(true);
    navigator.geolocation?.getCurrentPosition(
      (found) => {
        setBusy(false);
        onChange({ lat: Number(found.coords.latitude.toFixed(6)), lng: Number(found.coords.longitude.toFixed(6)) });
      },
      () => setBusy(false),
      { timeout: 8000 },
    );
  };
  return (
    <Space.Compact style={{ width: "100%" }}>
      <InputNumber id={id ?? ""} aria-label={t("input.latitude")} placeholder={t("input.latitude")} value={now.lat ?? null} min={-90} max={90} disabled={!!disabled} status={invalid ? "error" : ""} onChange={(next) => set("lat", next)} />
      <InputNumber aria-label={t("input.longitude")} placeholder={t("input.longitude")} value={now.lng ?? null} min={-180} max={180} disabled={!!disabled} status={invalid ? "error" : ""} onChange={(next) => set("lng", next)} />
      <Button icon={<LocateFixed size={15} />} loading={busy} disabled={!!disabled} aria-label={t("input.here")} onClick={here} />
    </Space.Compact>
  );
}
