import { median } from '../figure.ts';

/** One measurement of each broker in each round, so that what else the machine does meets both. */
export type Rounds = Record<'ours' | 'theirs', number[]>;

/** Odd rounds the other way round: whoever comes second finds the machine warmer. */
export async function interleave(
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Rounds> {
  const found: Rounds = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round++) {
    const isOursFirst = round % 2 === 0;
    if (isOursFirst) found.ours.push(await ours());
    found.theirs.push(await theirs());
    if (!isOursFirst) found.ours.push(await ours());
  }
  return found;
}

/** Ours over theirs: the median of the rounds' ratios, each of two measurements that were neighbours. */
export function ratioOf({ ours, theirs }: Rounds): number {
  return median(ours.map((value, round) => value / theirs[round]!));
}
