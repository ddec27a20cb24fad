/** Time (ms) or events of which something was good or bad; what nobody can tell of is left out. */
export interface Tally {
  good: number;
  bad: number;
}

/** The good share, 0 to 1; null while nothing is known. */
export function shareOf({ good, bad }: Tally): number | null {
  return good + bad === 0 ? null : good / (good + bad);
}

export function sumOf(tallies: Iterable<Tally>): Tally {
  const sum = { good: 0, bad: 0 };
  for (const { good, bad } of tallies) {
    sum.good += good;
    sum.bad += bad;
  }
  return sum;
}
