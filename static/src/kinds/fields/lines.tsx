/** A sub-table: rows that belong to the record. */
import { Rows3 } from "lucide-react";
import { t } from "../../kernel/i18n";
import type { CellProps, FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";
import type { LinesProps } from "../../kit/inputs/LinesInput";

const Input = later<LinesProps>(() => import("../../kit/inputs/LinesInput"));
const amount = (props: CellProps["value"]) => (Array.isArray(props) ? props.length : typeof props === "number" ? props : 0);

export const lines: FieldKind = {
  kind: "lines", Icon: Rows3, width: 100, Cell: ({ value }) => (amount(value) ? <span className="second">{t("lines.count", { count: amount(value) })}</span> : null),
  Show: (props) => <Input {...props} onChange={() => undefined} disabled />, Input, empty: null, operators: ["blank", "not_blank"], text: (value) => t("lines.count", { count: amount(value) }),
};
