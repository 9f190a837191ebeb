/** Attached files. */
import { FileText, Paperclip } from "lucide-react";
import { size } from "../../kernel/format";
import { attached } from "../../kit/attached";
import type { CellProps, FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";

const Cell = ({ value }: CellProps) => {
  const list = attached(value);
  return list.length ? (
    <span className="line third" style={{ gap: 4 }}>
      <Paperclip size={13} aria-hidden />
      <span className="cut" style={{ color: "var(--text)" }}>{list[0]!.name}</span>
      {list.length > 1 && <span className="small">+{list.length - 1}</span>}
    </span>
  ) : null;
};

const Show = ({ value }: CellProps) => (
  <span className="tags wrap">
    {attached(value).map((file) => (
      <a key={file.id} className="attached" href={`/api/files/${file.id}/${file.key}`} download={file.name}>
        <FileText size={15} aria-hidden />
        <span className="cut">{file.name}</span>
        <span className="small third">{size(file.size)}</span>
      </a>
    ))}
  </span>
);

export const file: FieldKind = {
  kind: "file", Icon: Paperclip, width: 180, Cell, Show, Input: later(() => import("../../kit/inputs/FileInput")), empty: null, operators: ["blank", "not_blank"],
  text: (value) => attached(value).map((item) => item.name).join(", "),
};
