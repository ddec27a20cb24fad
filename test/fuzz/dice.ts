import { createRandom } from '../faults/random.ts';

/** Choices of one run: the same for the same seed. */
export interface Dice {
  /** A whole number in [0, end). */
  below(end: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  bytes(length: number): Buffer;
}

export function createDice(seed: number): Dice {
  const random = createRandom(seed);
  // Seeds that follow one another begin alike.
  for (let i = 0; i < 4; i++) random();
  const below = (end: number): number => Math.floor(random() * end);
  return {
    below,
    chance: (probability) => random() < probability,
    pick: (from) => from[below(from.length)]!,
    bytes: (length) => Buffer.from(Array.from({ length }, () => below(256))),
  };
}
