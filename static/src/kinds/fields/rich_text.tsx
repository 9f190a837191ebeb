/** Text with headings, lists and emphasis; shown as the server cleaned it. */
import { Pilcrow } from "lucide-react";
import { useMemo } from "react";
import type { CellProps, FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";
import { clean, plain } from "../../kit/html";

function Show({ value }: CellProps) {
  const html = useMemo(() => ({ __html: clean(typeof value === "string" ? value : "") }), [value]);
  return <div className="prose" dangerouslySetInnerHTML={html} />;
}

export const richText: FieldKind = {
  kind: "rich_text", Icon: Pilcrow, width: 240, Cell: ({ value }) => <span className="cut">{plain(String(value ?? ""))}</span>, Show,
  Input: later(() => import("../../kit/inputs/RichInput")), empty: null, operators: ["contains", "not_contains", "blank", "not_blank"], text: (value) => plain(String(value ?? "")),
};
