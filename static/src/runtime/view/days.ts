/** Days as the calendar counts them: steps from one to another, and the return of a day in every year. */
export const plus = (date: string, amount: number) => new Date(Date.parse(`${date}T00:00:00Z`) + amount * 86400000).toISOString().slice(0, 10);

/** The condition that a field's month and day are among the days shown, whatever the year. */
export function returning(field: string, shown: string[]): string {
  const months = new Map<number, number[]>();
  for (const day of shown) months.set(Number(day.slice(5, 7)), [...(months.get(Number(day.slice(5, 7))) ?? []), Number(day.slice(8))]);
  const parts = [...months].map(([month, days]) => {
    const [first, last] = [Math.min(...days), month === 2 && days.includes(28) ? 29 : Math.max(...days)];
    return `AND(MONTH({${field}}) = ${month}, DAY({${field}}) >= ${first}, DAY({${field}}) <= ${last})`;
  });
  return parts.length > 1 ? `OR(${parts.join(", ")})` : parts[0]!;
}

/** Whether a day is the return of an earlier one; the 29th of February returns on the 28th where there is no 29th. */
export const returns = (first: string, day: string) => first <= day && (first.slice(5) === day.slice(5) || (first.endsWith("-02-29") && day.endsWith("-02-28") && plus(day, 1).endsWith("-03-01")));

/** How many of a day's records stand in its box of a month, in pixels of its height; where not all do, one line is left to say so. */
export function fitting(height: number, count: number, phone: boolean): number {
  const [edge, number, line] = phone ? [6, 22, 20] : [12, 22, 25];
  const lines = Math.max(0, Math.floor((height - edge - number) / line));
  return count <= lines ? count : Math.max(0, lines - 1);
}
