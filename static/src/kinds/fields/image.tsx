/** Pictures, shown small. */
import { Image } from "lucide-react";
import { attached } from "../../kit/attached";
import type { CellProps, FieldKind, InputProps } from "../../kit/fields";
import { later } from "../../kit/later";

const Files = later<InputProps & { pictures?: boolean }>(() => import("../../kit/inputs/FileInput"));
const Small = ({ value, large }: CellProps & { large?: boolean }) => (
  <span className="tags wrap">
    {attached(value).slice(0, large ? 40 : 3).map((file) => (
      <span key={file.id} className={large ? "thumb" : "thumb tiny"}>
        <img src={`/api/files/${file.id}/${file.key}`} alt={file.name} loading="lazy" />
      </span>
    ))}
  </span>
);

export const image: FieldKind = {
  kind: "image", Icon: Image, width: 130, Cell: Small, Show: (props) => <Small {...props} large />, Input: (props) => <Files {...props} pictures />, empty: null, operators: ["blank", "not_blank"],
  text: (value) => attached(value).map((item) => item.name).join(", "),
};
