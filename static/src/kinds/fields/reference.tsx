/** Another record, one or several, of one entity or of any of some. */
import { ArrowUpRight } from "lucide-react";
import { home, target } from "../../kernel/metadata";
import { asText, Links, Masked, refsOf, Text } from "../../kit/cells";
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

/** In a list: the names; a lock where there is a record, yet none whose name the reader may know. */
function Cell(props: CellProps) {
  const found = refsOf(props.value);
  return found.length && found.every((ref) => !ref.label) ? <Masked /> : <Text {...props} />;
}

export const reference: FieldKind = { kind: "reference", Icon: ArrowUpRight, width: 160, Cell, Show, Input, Compact: Input, empty: null, operators: referring, text: asText, send: ids };
