import { decodeTimes, encodeTimes } from '../codec/times.ts';
import { decodeValues, encodeValues } from '../codec/values.ts';
import type { Columns } from '../hot/columns.ts';
import { mergeColumns, timesPart } from '../sealed/blocks.ts';
import { openContainer, packContainer } from '../sealed/container.ts';
import { instant, numberArray } from './arrays.ts';
import type { Run } from './connections.ts';

/** What one commit brought of one device. */
export interface Batch {
  device: number;
  columns: Columns;
}

interface Row {
  device: number;
  data: Buffer;
}

/** Columns as they are kept while they are hot: encoded as in a block, but not packed. */
function packColumns({ times, values }: Columns): Buffer {
  const parts = new Map([[timesPart, encodeTimes(times)]]);
  for (const [quantity, column] of values) parts.set(quantity, encodeValues(column));
  return packContainer(parts);
}

/** @param wanted only these quantities; all where it is left out */
function unpackColumns(data: Uint8Array, wanted?: ReadonlySet<string>): Columns {
  const parts = openContainer(data);
  const values = new Map<string, Float64Array>();
  for (const [quantity, part] of parts)
    if (quantity !== timesPart && (wanted?.has(quantity) ?? true)) values.set(quantity, decodeValues(part));
  return { times: decodeTimes(parts.get(timesPart)!), values };
}

/** Those of each device in one; rows come in the order in which they were stored, and the newer stands. */
function mergeRows(rows: readonly Row[], wanted?: ReadonlySet<string>): Map<number, Columns> {
  const byDevice = new Map<number, Columns[]>();
  for (const { device, data } of rows) {
    const columns = unpackColumns(data, wanted);
    if (columns.values.size === 0) continue;
    const others = byDevice.get(device);
    if (others) others.push(columns);
    else byDevice.set(device, [columns]);
  }
  return new Map(Array.from(byDevice, ([device, all]) => [device, mergeAll(all)]));
}

/** Neighbours by pairs, so that none is copied more often than needed. */
function mergeAll(all: Columns[]): Columns {
  let merged = all;
  while (merged.length > 1) {
    const next: Columns[] = [];
    for (let i = 0; i < merged.length; i += 2)
      next.push(i + 1 < merged.length ? mergeColumns(merged[i]!, merged[i + 1]!) : merged[i]!);
    merged = next;
  }
  return merged[0]!;
}

/** Adds what came of devices, whose rows are locked. */
export async function putHot(run: Run, batches: readonly Batch[], isMerged = false): Promise<void> {
  if (batches.length === 0) return;
  const numbers = (pick: (batch: Batch) => number): string => numberArray(batches.map(pick));
  await run(
    `INSERT INTO hearth.hot (device, first, last, is_merged, data)
     SELECT device, first, last, $4, data
     FROM unnest($1::int[], $2::bigint[], $3::bigint[], $5::bytea[]) AS came (device, first, last, data)`,
    [
      numbers(({ device }) => device),
      numbers(({ columns }) => columns.times[0]!),
      numbers(({ columns }) => columns.times.at(-1)!),
      isMerged,
      batches.map(({ columns }) => packColumns(columns)),
    ],
  );
}

/** Makes one row of all small ones of a device: they are newer than those that were merged before. */
export async function mergeHot(run: Run, device: number): Promise<void> {
  const rows = await run<Row>(
    `WITH gone AS (DELETE FROM hearth.hot WHERE device = $1 AND NOT is_merged RETURNING id, device, data)
     SELECT device, data FROM gone ORDER BY id`,
    [device],
  );
  const columns = mergeRows(rows).get(device);
  if (columns) await putHot(run, [{ device, columns }], true);
}

/** What is hot of devices, from rows that reach into `[from, to)`. @param wanted only these quantities */
export async function loadHot(
  run: Run,
  names: readonly string[],
  { from, to, wanted }: { from: number; to: number; wanted: ReadonlySet<string> },
): Promise<Map<number, Columns>> {
  const rows = await run<Row>(
    `SELECT device, data FROM hearth.device JOIN hearth.hot ON hot.device = device.id
     WHERE name = ANY($1) AND first < $3 AND last >= $2 ORDER BY hot.device, hot.id`,
    [names, instant(from), instant(to)],
  );
  return mergeRows(rows, wanted);
}

/** What is hot of devices at single instants, each as device and instant. */
export async function loadHotAt(
  run: Run,
  places: readonly { device: number; at: number }[],
): Promise<Map<number, Columns>> {
  if (places.length === 0) return new Map();
  const rows = await run<Row>(
    `SELECT device, data FROM hearth.hot JOIN (
       SELECT DISTINCT hot.id FROM unnest($1::int[], $2::bigint[]) AS asked (device, at)
       JOIN hearth.hot ON hot.device = asked.device AND first <= at AND last >= at) AS found USING (id)
     ORDER BY device, id`,
    [numberArray(places.map(({ device }) => device)), numberArray(places.map(({ at }) => at))],
  );
  return mergeRows(rows);
}

/** All that is hot of a device. */
export async function loadAllHot(run: Run, device: number): Promise<Columns | undefined> {
  const rows = await run<Row>('SELECT device, data FROM hearth.hot WHERE device = $1 ORDER BY id', [device]);
  return mergeRows(rows).get(device);
}
