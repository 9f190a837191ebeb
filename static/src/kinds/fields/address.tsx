/** Province, city, district and the rest. */
import { MapPin } from "lucide-react";
import type { Value } from "../../kernel/types";
import type { FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";

const written = (value: Value) => {
  if (!value || typeof value !== "object" || Array.isArray(value)) return String(value ?? "");
  const parts = [value["province"], value["city"], value["district"], value["detail"]].filter(Boolean).map(String);
  return parts.filter((part, index) => part !== parts[index - 1]).join(/[\u3400-\u9fff]/.test(parts.join("")) ? "" : ", ");
};

export const address: FieldKind = {
  kind: "address", Icon: MapPin, width: 240, Cell: ({ value }) => <span className="cut" title={written(value)}>{written(value)}</span>, Show: ({ value }) => <span>{written(value)}</span>,
  Input: later(() => import("../../kit/inputs/AddressInput")), empty: null, operators: ["blank", "not_blank"], text: written,
};
