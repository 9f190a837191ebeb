/** A name written by hand. */
import { Signature } from "lucide-react";
import { t } from "../../kernel/i18n";
import { attached } from "../../kit/attached";
import type { CellProps, FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";

const Shown = ({ value, height }: CellProps & { height: number }) => {
  const kept = attached(value)[0];
  return kept ? <img src={`/api/files/${kept.id}/${kept.key}`} alt={t("input.signature")} style={{ height, background: "#fff", borderRadius: 4 }} loading="lazy" /> : null;
};

export const signature: FieldKind = {
  kind: "signature", Icon: Signature, width: 110, Cell: (props) => <Shown {...props} height={24} />, Show: (props) => <Shown {...props} height={80} />,
  Input: later(() => import("../../kit/inputs/SignatureInput")), empty: null, operators: ["blank", "not_blank"], text: (value) => (attached(value).length ? t("input.signature") : ""),
};
