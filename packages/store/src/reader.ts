import { openCharts } from './charts.ts';
import type { Connection } from './database.ts';
import type { Progress, ReplayWindow, SeriesName, Span } from './face.ts';
import { createFold, type Columns } from './fold.ts';
import { createOnTime, type OnColumns } from './on-time.ts';
import { openReadings } from './readings.ts';
import { isSwitch } from './values.ts';
import { chooseWidth } from './widths.ts';
import { openWindowReading } from './windows.ts';

/** A row of `latest`, as stored. */
export interface StoredLatest extends SeriesName {
  value: number | null;
  at: number;
  receivedAt: number;
  isLate: number;
  fault: string | null;
}

interface Range {
  from: number;
  to: number;
}

/** What the reader answers. Every answer is one snapshot. */
export interface Reader {
  latest(): StoredLatest[];
  points(query: Range & { series: readonly SeriesName[]; count: number; holdMs: number }): {
    widthMs: number;
    columns: Columns[];
    /** Of each series in the same order; null for those that are no switch. */
    on: (OnColumns | null)[];
  };
  raw(query: Range & SeriesName): { at: Float64Array<ArrayBuffer>; value: Float64Array<ArrayBuffer> };
  progress(): Progress[];
  windows(): ReplayWindow[];
  spans(): Span[];
}

/** One boot of a device: its first and last seq, and how many of them are held. */
interface Boot {
  device: string;
  duplicates: number;
  boot: number;
  first: number;
  last: number;
  held: number;
}

function foldProgress(boots: readonly Boot[]): Progress[] {
  const devices = new Map<string, Progress>();
  // Boots come in ascending order, so the last one seen of a device is its newest.
  for (const { device, duplicates, boot, first, last, held } of boots) {
    const missing = (devices.get(device)?.missing ?? 0) + (last - first + 1 - held);
    devices.set(device, { device, boot, seq: last, missing, duplicates });
  }
  return [...devices.values()];
}

/** The reader of this database. */
export function createReader(db: Connection): Reader {
  const readings = openReadings(db);
  const charts = openCharts(db, readings);
  const find = db
    .prepare<[string, string], number>(
      'SELECT series.id FROM series JOIN device ON device.id = series.device WHERE name = ? AND quantity = ?',
    )
    .pluck();
  const latest = db.prepare<[], StoredLatest>(
    `SELECT name AS device, quantity, value, at, received_at AS receivedAt, is_late AS isLate, fault
     FROM latest JOIN series ON series.id = latest.series JOIN device ON device.id = series.device
     ORDER BY name, quantity`,
  );
  const boots = db.prepare<[], Boot>(
    `SELECT name AS device, duplicates, boot, min(first) AS first, max(last) AS last,
       sum(last - first + 1) AS held
     FROM span JOIN device ON device.id = span.device GROUP BY device.id, boot ORDER BY name, boot`,
  );

  const spans = db.prepare<[], Span>(
    `SELECT name AS device, boot, first, last FROM span JOIN device ON device.id = span.device
     WHERE boot = (SELECT max(boot) FROM span AS any_boot WHERE any_boot.device = device.id)
     ORDER BY name, first`,
  );

  return {
    latest: () => latest.all(),
    progress: () => foldProgress(boots.all()),
    windows: openWindowReading(db),
    spans: () => spans.all(),
    points: db.transaction(({ series, from, to, count, holdMs }: Parameters<Reader['points']>[0]) => {
      const widthMs = chooseWidth(from, to, count);
      const ids = series.map(({ device, quantity }) => find.get(device, quantity));
      return {
        widthMs,
        columns: ids.map((id) =>
          id === undefined ? createFold(widthMs).columns() : charts.buckets(id, from, to, widthMs),
        ),
        on: ids.map((id, i) => {
          if (!isSwitch(series[i]!.quantity)) return null;
          return id === undefined
            ? createOnTime(widthMs, holdMs).columns()
            : charts.onTime(id, from, to, widthMs, holdMs);
        }),
      };
    }),
    raw: db.transaction(({ device, quantity, from, to }: Parameters<Reader['raw']>[0]) => {
      const id = find.get(device, quantity);
      const rows = id === undefined ? [] : [...readings.of(id, from, to)];
      return {
        at: Float64Array.from(rows, ([at]) => at),
        value: Float64Array.from(rows, ([, value]) => value ?? NaN),
      };
    }),
  };
}
