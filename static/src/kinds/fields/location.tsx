/** A place by latitude and longitude. */
import { LocateFixed } from "lucide-react";
import type { Value } from "../../kernel/types";
import type { FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";

const written = (value: Value) => (value && typeof value === "object" && !Array.isArray(value) ? `${Number(value["lat"]).toFixed(5)}, ${Number(value["lng"]).toFixed(5)}` : "");

export const location: FieldKind = {
  kind: "location", Icon: LocateFixed, width: 180, Cell: ({ value }) => <span className="number cut">{written(value)}</span>,
  Input: later(() => import("../../kit/inputs/LocationInput")), empty: null, operators: ["blank", "not_blank"], text: written,
};
