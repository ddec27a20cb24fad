import { newDevice, type DeviceState, type Latest } from '../hot/device.ts';
import { numberArray, withoutNul } from './arrays.ts';
import type { Run } from './connections.ts';

/** A device whose row is locked until the transaction ends; its state has what was read of it so far. */
export type LockedDevice = DeviceState & { id: number };

/**
 * Locks devices until the transaction ends, in the order of their ids: so nobody waits in a circle. Nothing is read of
 * them yet.
 * @param made those of which the missing ones are made
 */
export async function lockDevices(
  run: Run,
  made: ReadonlySet<string>,
  others: ReadonlySet<string> = new Set(),
): Promise<Map<string, LockedDevice>> {
  const names = [...new Set([...made, ...others])];
  for (;;) {
    const rows = await run<{ id: number; name: string }>(
      'SELECT id, name FROM hearth.device WHERE name = ANY($1) ORDER BY id FOR UPDATE',
      [names],
    );
    const found = new Map(rows.map(({ id, name }) => [name, { ...newDevice(name), id }]));
    const missing = [...made].filter((name) => !found.has(name));
    if (missing.length === 0) return found;
    await run(
      `INSERT INTO hearth.device (name) SELECT name FROM unnest($1::text[]) AS missing (name) ORDER BY name
       ON CONFLICT DO NOTHING`,
      [missing],
    );
  }
}

/** Repeats of a device by hour of their arrival. */
export async function readRepeats(run: Run, device: string): Promise<[hourAt: number, count: number][]> {
  const rows = await run<{ hour: number; count: number }>(
    `SELECT hour_at AS hour, count FROM hearth.repeat JOIN hearth.device ON device.id = repeat.device WHERE name = $1`,
    [device],
  );
  return rows.map(({ hour, count }) => [hour, count]);
}

/** Every newest reading with the name of its device. */
export async function readLatest(run: Run): Promise<(Latest & { device: string; quantity: string })[]> {
  const rows = await run<Omit<Latest, 'value'> & { device: string; quantity: string; value: number | null }>(
    `SELECT name AS device, quantity, at, value, received_at AS "receivedAt", is_late AS "isLate", fault
     FROM hearth.latest JOIN hearth.device ON device.id = latest.device`,
  );
  return rows.map((row) => Object.assign(row, { value: row.value ?? NaN }));
}

/** Writes the newest of what came, where none that is stored is newer. */
export async function saveLatest(run: Run, devices: readonly LockedDevice[]): Promise<void> {
  const rows = devices.flatMap(({ id, latest }) =>
    Array.from(latest, ([quantity, newest]) => ({ id, quantity, ...newest })),
  );
  if (rows.length === 0) return;
  await run(
    `INSERT INTO hearth.latest (device, quantity, at, value, received_at, is_late, fault)
     SELECT * FROM unnest($1::int[], $2::text[], $3::bigint[], $4::float8[], $5::bigint[], $6::boolean[], $7::text[])
     ON CONFLICT (device, quantity) DO UPDATE SET at = excluded.at, value = excluded.value,
       received_at = excluded.received_at, is_late = excluded.is_late, fault = excluded.fault
     WHERE latest.at <= excluded.at`,
    [
      numberArray(rows.map(({ id }) => id)),
      rows.map(({ quantity }) => quantity),
      numberArray(rows.map(({ at }) => at)),
      numberArray(rows.map(({ value }) => value)),
      numberArray(rows.map(({ receivedAt }) => receivedAt)),
      rows.map(({ isLate }) => isLate),
      rows.map(({ fault }) => (fault === null ? null : withoutNul(fault))),
    ],
  );
}

/** So many small rows of what is hot of a device are made one: a day is then read in some hundred. */
const batchesMax = 256;

/** Counts repeats and what became hot; gives the devices whose hot rows have become many. */
export async function countChanges(run: Run, devices: readonly LockedDevice[]): Promise<number[]> {
  const changed = devices.filter(({ duplicates, hot }) => duplicates > 0 || hot.count > 0);
  if (changed.length === 0) return [];
  const repeats = changed.flatMap(({ id, repeats: ofHours }) =>
    Array.from(ofHours, ([hour, count]) => ({ id, hour, count })),
  );
  if (repeats.length > 0)
    await run(
      `INSERT INTO hearth.repeat (device, hour_at, count) SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[])
       ON CONFLICT (device, hour_at) DO UPDATE SET count = repeat.count + excluded.count`,
      [
        numberArray(repeats.map(({ id }) => id)),
        numberArray(repeats.map(({ hour }) => hour)),
        numberArray(repeats.map(({ count }) => count)),
      ],
    );
  const counted = await run<{ id: number; batches: number }>(
    `UPDATE hearth.device SET duplicates = duplicates + repeats, hot_count = hot_count + instants,
       hot_batches = CASE WHEN instants = 0 THEN hot_batches WHEN hot_batches >= $4 THEN 0 ELSE hot_batches + 1 END,
       hot_since = CASE WHEN instants = 0 THEN hot_since
         ELSE coalesce(hot_since, (extract(epoch FROM now()) * 1000)::bigint) END
     FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS change (device, repeats, instants)
     WHERE device.id = change.device RETURNING id, hot_batches AS batches`,
    [
      numberArray(changed.map(({ id }) => id)),
      numberArray(changed.map(({ duplicates }) => duplicates)),
      numberArray(changed.map(({ hot }) => hot.count)),
      batchesMax,
    ],
  );
  return counted.filter(({ batches }) => batches === batchesMax).map(({ id }) => id);
}
