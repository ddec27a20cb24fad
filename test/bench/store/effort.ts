import { type Kind, kinds } from './asked.ts';

/** How much, how often and how long. */
export interface Effort {
  readings: number;
  /** Questions of a kind to each engine, warm: rounds, and in a row within each. */
  warmRounds: number;
  warmAsks: number;
  /** An engine that has spent so long on one kind of question is asked no more, after its third round. */
  warmBudgetMs: number;
  /** Questions that are asked cold too: everybody is started anew for each. */
  coldKinds: readonly Kind[];
  coldRounds: number;
  ingestRounds: number;
  /** Batches of 5,000 readings in a round, of which the slow get as many as they take in `ingestMs`. */
  ingestBatches: number;
  ingestMs: number;
  /** For how long the writes of a home are counted, in real time, and messages that are there before. */
  writesMs: number;
  writesMessagesBefore: number;
  /** Years of a room in the stores that the year chart is asked of, 12.6 million readings each. */
  growthRooms: readonly number[];
  loopMs: number;
  loopReadings: number;
}

export const fullEffort: Effort = {
  // Three rooms for a year, and ten devices for a fifth of one.
  readings: 63_000_000,
  warmRounds: 7,
  warmAsks: 5,
  warmBudgetMs: 30_000,
  coldKinds: kinds,
  coldRounds: 3,
  ingestRounds: 3,
  ingestBatches: 2000,
  ingestMs: 5000,
  writesMs: 300_000,
  writesMessagesBefore: 400_000,
  growthRooms: [1, 5],
  loopMs: 30_000,
  loopReadings: 6_000_000,
};

export const quickEffort: Effort = {
  readings: 300_000,
  warmRounds: 2,
  warmAsks: 3,
  warmBudgetMs: 1000,
  coldKinds: ['year'],
  coldRounds: 1,
  ingestRounds: 1,
  ingestBatches: 60,
  ingestMs: 1000,
  writesMs: 10_000,
  writesMessagesBefore: 20_000,
  growthRooms: [],
  loopMs: 3000,
  loopReadings: 300_000,
};
