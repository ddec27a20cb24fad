import type { Figure } from '../figure.ts';
import type { Engine } from './engine.ts';

/** What one thing measured at several engines comes to, by their names. */
export type Found = Map<string, number>;

/** What is to be reached beside a peer: ours over theirs. */
export interface PeerBar {
  peer: Engine;
  bar: number;
  isBarLeast?: boolean;
}

/** Our figure, and one with our value over its own for each peer that there is a bar for and that was measured. */
export function compare(
  ours: Pick<Figure, 'figure' | 'unit' | 'bar' | 'isBarLeast'>,
  us: Engine,
  found: Found,
  bars: readonly PeerBar[] = [],
): Figure[] {
  const { figure, unit } = ours;
  const value = found.get(us.name);
  if (value === undefined) return [];
  const beside = bars.flatMap(({ peer, ...bar }): Figure[] => {
    const theirs = found.get(peer.name);
    if (theirs === undefined) return [];
    const ratio = value / theirs;
    const name = `${figure}.beside.${peer.name}`;
    return [{ figure: name, value, unit, peer: peer.title, ratio, ...bar, isBarOfRatio: true }];
  });
  return [{ ...ours, value }, ...beside];
}

/** The same where the data set is too small for the bars. */
export const withoutBars = (figures: readonly Figure[]): Figure[] =>
  figures.map((figure) => {
    const bare = { ...figure };
    delete bare.bar;
    return bare;
  });

/** What was found of the others, where no table shows it. */
export function peerFigures(figure: string, unit: string, us: Engine, found: Found): Figure[] {
  return [...found]
    .filter(([name]) => name !== us.name)
    .map(([name, value]) => ({ figure: `${figure}.of.${name}`, value, unit }));
}
