/** A rule about a field that lets a blank one pass: `< > <= >=` are false of blanks, which most rules do not mean. */

const before = (name: string) => `OR(ISBLANK({${name}}), `;

/** The same rule, met by a blank field too. */
export const guarded = (text: string, name: string): string => (text ? `${before(name)}${text})` : "");

/** The rule without that, and whether it had it. */
export function unguarded(text: string, name: string): [string, boolean] {
  const start = before(name);
  const bare = text.slice(start.length, -1);
  return text.startsWith(start) && text.endsWith(")") && single(bare) ? [bare, true] : [text, false];
}

/** Whether a text is one argument: its brackets are its own and no comma stands outside of them. */
function single(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (const sign of text) {
    if (sign === '"') quoted = !quoted;
    if (quoted) continue;
    if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
    if (depth < 0 || (sign === "," && !depth)) return false;
  }
  return depth === 0 && !quoted;
}
