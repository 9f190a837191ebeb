/** Whether a condition holds for a record, by the evaluator of expressions; the server decides again. */
import { evaluate, type Context } from "./expressions";
import { expression } from "./metadata";
import type { Expression, Values } from "./types";

export type { Context };

/** A blank condition is `otherwise`; so is one the browser can't work out. */
export function holds(condition: Expression | string | boolean | null | undefined, record: Values, context: Context, otherwise: boolean): boolean {
  const written = expression(condition);
  if (!written) return otherwise;
  if (/^\s*true\s*(\(\s*\))?\s*$/i.test(written.text)) return true;
  // without a tree it asks for what this person may not know, and counts as not met
  if (!written.ast) return false;
  try {
    return evaluate(written.ast, record, context) === true;
  } catch {
    return otherwise;
  }
}
