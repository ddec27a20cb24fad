import { isDeepStrictEqual } from 'node:util';
import Database from 'better-sqlite3';
import type { QuantityName } from '@hearth/contract';
import { expect } from 'vitest';
import type { PointsAnswer } from './charts/points.ts';
import type { Queries } from './engine/queries.ts';
import type { Arrival, Fate, LatestReading, Points, Progress } from './face.ts';
import { base, modelled, type Query } from './store-histories.ts';
import { encodeValue } from './values.ts';
import type { Readings } from './sealed/readings.ts';
import type { Verified } from './sealed/verifying.ts';
import { verifySealed } from './sqlite/verify.ts';

type Row = [at: number, value: number];
type Bucket = Record<'start' | 'count' | 'min' | 'max' | 'sum' | 'last', number>;

/** What a store is, said as plainly as can be, for tests to compare the real one with. */
export function createModel() {
  const keys = new Map<string, Set<number>>();
  const readings = new Map<string, Map<number, number>>();
  const latest = new Map<string, LatestReading>();
  const duplicates = new Map<string, number>();

  const rowsOf = (device: string, quantity: string): Row[] =>
    [...(readings.get(`${device} ${quantity}`) ?? [])].sort(([a], [b]) => a - b);

  function isKnown({ device, key, at, values }: Arrival): boolean {
    if (!key)
      return Object.entries(values).every(([quantity, value]) =>
        Object.is(
          readings.get(`${device} ${quantity}`)?.get(at),
          encodeValue(quantity as QuantityName, value),
        ),
      );
    const seqs = keys.get(`${device} ${key.boot}`) ?? new Set();
    keys.set(`${device} ${key.boot}`, seqs);
    return seqs.size === seqs.add(key.seq).size;
  }

  function append(arrival: Arrival): Fate {
    const { device, at, receivedAt, isLate, values, faults } = arrival;
    if (isKnown(arrival)) {
      duplicates.set(device, (duplicates.get(device) ?? 0) + 1);
      return 'duplicate';
    }
    for (const quantity of Object.keys(values) as QuantityName[]) {
      const value = values[quantity] ?? null;
      const series = `${device} ${quantity}`;
      readings.set(series, (readings.get(series) ?? new Map()).set(at, encodeValue(quantity, value)));
      if ((latest.get(series)?.at ?? 0) > at) continue;
      const fault = value === null ? faults?.[quantity] : undefined;
      const known = Object.is(value, -0) ? 0 : value;
      const reading = { device, quantity, value: known, at, receivedAt, isLate };
      latest.set(series, fault === undefined ? reading : { ...reading, fault });
    }
    return 'stored';
  }

  function progress(device: string): Progress | undefined {
    const boots = [...keys].filter(([name]) => name.startsWith(`${device} `));
    if (boots.length === 0) return undefined;
    const missing = boots.map(([, seqs]) => Math.max(...seqs) - Math.min(...seqs) + 1 - seqs.size);
    const boot = Math.max(...boots.map(([name]) => Number(name.split(' ')[1])));
    return {
      device,
      boot,
      seq: Math.max(...keys.get(`${device} ${boot}`)!),
      missing: missing.reduce((sum, one) => sum + one, 0),
      duplicates: duplicates.get(device) ?? 0,
    };
  }

  return { append, rowsOf, progress, latestOf: (series: string) => latest.get(series) };
}

/** A plain fold of rows, which are in order of time, into buckets; the sum of decimals is exact. */
function foldRows(rows: readonly Row[], widthMs: number): Bucket[] {
  const buckets = new Map<number, number[]>();
  for (const [at, value] of rows) {
    const start = at - (at % widthMs);
    if (!Number.isNaN(value)) buckets.set(start, [...(buckets.get(start) ?? []), value]);
  }
  return Array.from(buckets, ([start, values]) => ({
    start,
    count: values.length,
    min: Math.min(...values),
    max: Math.max(...values),
    sum: sumOf(values),
    last: values.at(-1)!,
  }));
}

/** What whole millionths are of a value; undefined where it is not made of them. */
function microsOf(value: number): bigint | undefined {
  const micros = Math.round(value * 1e6);
  return micros / 1e6 === value ? BigInt(micros) : undefined;
}

function sumOf(values: readonly number[]): number {
  const micros = values.reduce((sum, value) => sum + (microsOf(value) ?? 0n), 0n);
  const rest = values.filter((value) => microsOf(value) === undefined);
  return Number(micros) / 1e6 + rest.reduce((sum, value) => sum + value, 0);
}

/**
 * Compares buckets with the fold of their rows. Of decimals a sum has to be the same double; with values among them that
 * are no decimals it depends on the order of adding, in its last digits.
 */
export function expectBuckets(got: readonly Bucket[], rows: readonly Row[], widthMs: number): void {
  const wanted = foldRows(rows, widthMs);
  if (isDeepStrictEqual(got, wanted)) return;
  const hasDecimalsOnly = rows.every(([, value]) => Number.isNaN(value) || microsOf(value) !== undefined);
  const withSum = (bucket: Bucket, sum: unknown): object => ({ ...bucket, sum });
  expect(got).toEqual(
    hasDecimalsOnly ? wanted : wanted.map((one) => withSum(one, expect.closeTo(one.sum, 9))),
  );
}

/** The buckets of an answer, row by row. */
export function bucketsOf({ start, count, min, max, sum, last }: Pick<Points, keyof Bucket>): Bucket[] {
  return Array.from(start, (at, i) => ({
    start: at,
    count: count[i]!,
    min: min[i]!,
    max: max[i]!,
    sum: sum[i]!,
    last: last[i]!,
  }));
}

/** What verifying finds in a database that is closed, or whose readings were sealed; throws where anything is wrong. */
export function verifyFile(path: string): Verified {
  const db = new Database(path, { readonly: true });
  try {
    const verified = verifySealed(db);
    expect(verified.findings).toEqual([]);
    return verified;
  } finally {
    db.close();
  }
}

/** Compares what queries answer of a device, at once or later, with the model. */
export async function expectAnswers(
  queries: {
    raw(...query: Parameters<Queries['raw']>): Readings | Promise<Readings>;
    points(...query: Parameters<Queries['points']>): PointsAnswer | Promise<PointsAnswer>;
  },
  model: ReturnType<typeof createModel>,
  device: string,
  asked: readonly Query[],
): Promise<void> {
  for (const quantity of modelled) {
    const rows = model.rowsOf(device, quantity);
    const { times, values } = await queries.raw({ device, quantity, from: 0, to: 2 * base });
    const got = Array.from(times, (at, i) => [at, values[i]]);
    if (!isDeepStrictEqual(got, rows)) expect(got).toEqual(rows);
    for (const { from, lengthMs, count } of asked) {
      const to = from + lengthMs;
      const series = [{ device, quantity }];
      const { widthMs, columns } = await queries.points({ series, from, to, count, holdMs: 0 });
      const within = rows.filter(([at]) => at >= from && at < to);
      expectBuckets(bucketsOf(columns[0]!), within, widthMs);
    }
  }
}
