/** Which rows a report shows, by its measures: a condition of clauses that a person chooses, kept as text of the language. */

export const signs = [">", ">=", "<", "<=", "=", "<>"] as const;
export type Sign = (typeof signs)[number];

export interface Clause {
  measure: string;
  sign: Sign;
  /** A decimal as the language writes it; blank while nothing was typed. */
  value: string;
}

export interface Having {
  join: "AND" | "OR";
  clauses: Clause[];
}

const one = /^\{([a-z][a-z0-9_]*)\}\s*(>=|<=|<>|>|<|=)\s*(-?\d+(?:\.\d+)?)$/;

/** The clauses of a text; null where it says more than clauses can. */
export function readHaving(text: string): Having | null {
  const said = text.trim();
  if (!said) return { join: "AND", clauses: [] };
  const joined = /^(AND|OR)\((.*)\)$/is.exec(said);
  const parts = joined ? joined[2]!.split(",") : [said];
  const clauses = parts.map((part): Clause | null => {
    const found = one.exec(part.trim());
    return found && { measure: found[1]!, sign: found[2] as Sign, value: found[3]! };
  });
  return clauses.every((clause) => clause !== null) ? { join: joined?.[1]?.toUpperCase() === "OR" ? "OR" : "AND", clauses } : null;
}

/** The text of clauses; what has no value yet says nothing. */
export function writeHaving({ join, clauses }: Having): string {
  const said = clauses.filter((clause) => clause.value !== "").map((clause) => `{${clause.measure}} ${clause.sign} ${clause.value}`);
  return said.length > 1 ? `${join}(${said.join(", ")})` : (said[0] ?? "");
}

/** A decimal moved by places, digit by digit: percentages are typed as hundreds and kept as parts of one. */
export function moved(value: string, places: number): string {
  const [, minus, whole, rest] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(value) ?? [];
  if (whole === undefined) return "";
  const digits = whole + (rest ?? "");
  const point = whole.length + places;
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(point, 1);
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, "");
  const right = padded.slice(at).replace(/0+$/, "");
  return `${minus}${left}${right ? `.${right}` : ""}`;
}
