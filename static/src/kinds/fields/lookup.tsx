/** A value of the record referred to. */
import { CornerDownRight } from "lucide-react";
import { derivedKind } from "../../kit/derived";

export const lookup = derivedKind("lookup", CornerDownRight);
