import Database from 'better-sqlite3';
import type { QuantityName } from '@hearth/contract';
import type { Arrival, Fate, LatestReading, Points, Progress } from './face.ts';
import { encodeValue } from './values.ts';
import { rollupWidths } from './widths.ts';

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

/** A plain fold of rows, which are in order of time, into buckets. */
export function foldRows(rows: readonly Row[], widthMs: number): Bucket[] {
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
    sum: values.reduce((sum, value) => sum + value),
    last: values.at(-1)!,
  }));
}

/** The buckets of an answer, row by row. */
export function bucketsOf({ start, count, min, max, sum, last }: Points): Bucket[] {
  return Array.from(start, (at, i) => ({
    start: at,
    count: count[i]!,
    min: min[i]!,
    max: max[i]!,
    sum: sum[i]!,
    last: last[i]!,
  }));
}

/** Every rollup in the file, and what it has to be: a fold of the raw rows, for each bucket but the newest. */
export function readRollups(path: string): { kept: unknown[]; folded: unknown[] } {
  const db = new Database(path, { readonly: true });
  try {
    const kept = db.prepare('SELECT * FROM rollup ORDER BY series, width_ms, start').all();
    const ids = db.prepare<[], number>('SELECT id FROM series ORDER BY id').pluck().all();
    const rows = db
      .prepare<[number], [number, number | null]>(
        'SELECT at, value FROM reading WHERE series = ? ORDER BY at',
      )
      .raw();
    const folded = ids.flatMap((series) => {
      const all = rows.all(series).map(([at, value]): Row => [at, value ?? NaN]);
      const newestAt = all.at(-1)?.[0] ?? 0;
      return rollupWidths.flatMap((width) =>
        foldRows(all, width)
          .filter(({ start }) => start + width <= newestAt)
          .map((bucket) => Object.assign(bucket, { series, width_ms: width })),
      );
    });
    return { kept, folded };
  } finally {
    db.close();
  }
}
