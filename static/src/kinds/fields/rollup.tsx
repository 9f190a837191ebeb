/** A count or sum over records that belong to this one. */
import { Combine } from "lucide-react";
import { derivedKind } from "../../kit/derived";

export const rollup = derivedKind("rollup", Combine);
