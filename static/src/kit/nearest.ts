/** What is searched for stands first: what is called exactly so, what begins so, then the rest as it was. */
interface Labelled {
  label?: unknown;
}

const rank = (option: Labelled, searched: string) => {
  const label = String(option.label ?? "").toLowerCase();
  const text = searched.trim().toLowerCase();
  return label === text ? 0 : label.startsWith(text) ? 1 : 2;
};

/** As a list of choices sorts what it found. */
export const nearest = (a: Labelled, b: Labelled, { searchValue }: { searchValue: string }) => rank(a, searchValue) - rank(b, searchValue);
