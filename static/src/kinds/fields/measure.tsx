/** A measure of a dataset for what the record says, kept up to date by the house. */
import { Gauge } from "lucide-react";
import { derivedKind } from "../../kit/derived";

export const measure = derivedKind("measure", Gauge);
