/** Another record, one or several, of one entity or of any of some. */
import { ArrowUpRight } from "lucide-react";
import { home, target } from "../../kernel/metadata";
import { asText, Called, Links, Masked, refsOf, Text } from "../../kit/cells";
import { referring, usePlace, type CellProps, type FieldKind } from "../../kit/fields";
import { later } from "../../kit/later";
import { ids } from "../../kit/attached";

const Input = later(() => import("../../kit/inputs/ReferenceInput"));

function Show(props: CellProps) {
  const { application } = usePlace();
  return (
    <Links
      {...props}
      target={(field, ref) => {
        const name = ref.entity ?? target(field);
        return name ? home(application, name) : null;
      }}
    />
  );
}

/** In a list: the names; words where a record has none, a lock where the reader may not know it. */
function Cell(props: CellProps) {
  const found = refsOf(props.value);
  if (!found.length || found.some((ref) => ref.label)) return <Text {...props} />;
  return found.every((ref) => typeof ref.label !== "string") ? <Masked /> : <span className="cut"><Called of={{ label: "" }} /></span>;
}

export const reference: FieldKind = { kind: "reference", Icon: ArrowUpRight, width: 160, Cell, Show, Input, Compact: Input, empty: null, operators: referring, text: asText, send: ids };
