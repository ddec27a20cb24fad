import type { LatestReading, Store } from './face.ts';
import type { Answer, Query } from './reader-worker.ts';
import type { Reader, StoredLatest } from './reader.ts';
import type { Thread } from './thread.ts';
import { decodeValue } from './values.ts';

/** A switch that nobody heard of for so long is not known to be on: as the past of the demo home has it, and more. */
const leastHoldMs = 20 * 60_000;

function assertRange(from: number, to: number): void {
  if (from >= 0 && Number.isFinite(from) && Number.isFinite(to)) return;
  throw new RangeError(`from and to must be instants since the epoch in ms, got ${from} and ${to}`);
}

function latestReading({ isLate, fault, value, ...stored }: StoredLatest): LatestReading {
  const reading = {
    ...stored,
    value: decodeValue(stored.quantity, value ?? NaN),
    isLate: isLate === 1,
  };
  return fault === null ? reading : { ...reading, fault };
}

/** The face's calls that read, on the reader's thread. */
export function createReading(
  reader: Thread<Query, Answer>,
): Pick<Store, 'latest' | 'points' | 'raw' | 'progress' | 'windows' | 'spans'> {
  function read<M extends keyof Reader>(
    method: M,
    ...query: Parameters<Reader[M]>
  ): Promise<ReturnType<Reader[M]>> {
    return reader.ask({ method, query } as Query) as Promise<ReturnType<Reader[M]>>;
  }

  return {
    latest: async () => (await read('latest')).map(latestReading),
    async points({ series, from, to, count, holdMs = 0 }) {
      assertRange(from, to);
      if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`count must be ≥ 1, got ${count}`);
      const query = { series, from, to, count, holdMs: Math.max(holdMs, leastHoldMs) };
      const { widthMs, columns, on } = await read('points', query);
      return columns.map((one, i) => Object.assign(one, series[i]!, { widthMs }, on[i] && { on: on[i] }));
    },
    async raw({ device, quantity, from, to }) {
      assertRange(from, to);
      return { device, quantity, ...(await read('raw', { device, quantity, from, to })) };
    },
    progress: () => read('progress'),
    windows: () => read('windows'),
    spans: () => read('spans'),
  };
}
