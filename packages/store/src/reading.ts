import type { Answer, Ask, Query } from './engine/asks.ts';
import type { Queries } from './engine/queries.ts';
import type { Store } from './face.ts';
import { unpackLatest } from './latest.ts';
import type { Thread } from './thread.ts';

function assertRange(from: number, to: number): void {
  if (from >= 0 && Number.isFinite(from) && Number.isFinite(to)) return;
  throw new RangeError(`from and to must be instants since the epoch in ms, got ${from} and ${to}`);
}

/** @throws {RangeError} for a time zone that this runtime does not know: here, and not on the store's thread */
function zoned<T extends { timeZone?: string | undefined }>(query: T): T {
  if (query.timeZone !== undefined) Intl.DateTimeFormat('en', { timeZone: query.timeZone });
  return query;
}

/** The face's calls that read. */
export function createReading(
  engine: Thread<Ask, Answer>,
): Pick<
  Store,
  | 'latest'
  | 'points'
  | 'extents'
  | 'raw'
  | 'progress'
  | 'windows'
  | 'spans'
  | 'days'
  | 'gaps'
  | 'usage'
  | 'retention'
  | 'digests'
> {
  function read<M extends keyof Queries>(
    method: M,
    ...query: Parameters<Queries[M]>
  ): Promise<ReturnType<Queries[M]>> {
    return engine.ask({ kind: 'query', method, query } as Query) as Promise<ReturnType<Queries[M]>>;
  }

  return {
    latest: async () => unpackLatest(await read('latest')),
    async points({ series, from, to, count, holdMs = 0, timeZone }) {
      assertRange(from, to);
      if (!(Number.isInteger(count) && count > 0)) throw new RangeError(`count must be ≥ 1, got ${count}`);
      const query = { series, from, to, count, holdMs, ...(timeZone !== undefined && { timeZone }) };
      const { widthMs, columns } = await read('points', zoned(query));
      return columns.map(({ on, ...one }, i) => Object.assign(one, series[i]!, { widthMs }, on && { on }));
    },
    extents: () => read('extents'),
    async raw({ device, quantity, from, to }) {
      assertRange(from, to);
      const { times, values } = await read('raw', { device, quantity, from, to });
      return { device, quantity, at: times, value: values };
    },
    progress: () => read('progress'),
    windows: () => read('windows'),
    spans: () => read('spans'),
    async days({ device, from, to, timeZone }) {
      assertRange(from, to);
      return read('days', zoned({ device, from, to, ...(timeZone !== undefined && { timeZone }) }));
    },
    gaps: (device) => read('gaps', device),
    usage: () => read('usage'),
    retention: () => read('retention'),
    digests: () => read('digests'),
  };
}
