/** A value worked out from the record. */
import { Sigma } from "lucide-react";
import { derivedKind } from "../../kit/derived";

export const formula = derivedKind("formula", Sigma);
