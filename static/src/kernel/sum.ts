/** Exact sums of numbers written as text: money never passes through a float. */

export function sum(values: readonly unknown[]): string {
  let scale = 0;
  const parts: [bigint, number][] = [];
  for (const value of values) {
    const found = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value ?? ""));
    if (!found) continue;
    const digits = found[3] ?? "";
    scale = Math.max(scale, digits.length);
    parts.push([BigInt(`${found[1]}${found[2]}${digits}`), digits.length]);
  }
  const total = parts.reduce((all, [figure, digits]) => all + figure * 10n ** BigInt(scale - digits), 0n);
  const text = (total < 0n ? -total : total).toString().padStart(scale + 1, "0");
  const written = scale ? `${text.slice(0, -scale)}.${text.slice(-scale)}` : text;
  return total < 0n ? `-${written}` : written;
}

/** Rows and cells of what was copied from a sheet; quoted cells may hold tabs and line breaks. */
export function cells(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = "";
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at];
    if (quoted) {
      if (letter === '"' && text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else if (letter === '"') quoted = false;
      else cell += letter;
    } else if (letter === '"' && cell === "") quoted = true;
    else if (letter === "\t") {
      rows.at(-1)!.push(cell);
      cell = "";
    } else if (letter === "\n" || letter === "\r") {
      if (letter === "\r" && text[at + 1] === "\n") at += 1;
      rows.at(-1)!.push(cell);
      cell = "";
      rows.push([]);
    } else cell += letter;
  }
  rows.at(-1)!.push(cell);
  if (rows.length > 1 && rows.at(-1)!.length === 1 && rows.at(-1)![0] === "") rows.pop();
  return rows;
}
