import type { ReplayWindow } from '../face.ts';
import { numberArray } from './arrays.ts';
import type { Run } from './connections.ts';

interface Row extends Omit<ReplayWindow, 'seen'> {
  /** Hexadecimal: the server's integers are signed. */
  seen: string;
}

export async function readWindows(run: Run): Promise<ReplayWindow[]> {
  const rows = await run<Row>('SELECT device, key, boot, seq, seen FROM hearth.replay_window');
  return rows.map((row) => Object.assign(row, { seen: BigInt(`0x${row.seen}`) }));
}

/** Writes windows, the last one of a device; in one order, so that no two transactions wait for each other. */
export async function saveWindows(run: Run, windows: readonly ReplayWindow[]): Promise<void> {
  const newest = [...new Map(windows.map((window) => [window.device, window])).values()];
  if (newest.length === 0) return;
  await run(
    `INSERT INTO hearth.replay_window (device, key, boot, seq, seen)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[]) AS moved (device)
     ORDER BY device ON CONFLICT (device) DO UPDATE SET key = excluded.key, boot = excluded.boot,
       seq = excluded.seq, seen = excluded.seen`,
    [
      newest.map(({ device }) => device),
      newest.map(({ key }) => key),
      numberArray(newest.map(({ boot }) => boot)),
      numberArray(newest.map(({ seq }) => seq)),
      newest.map(({ seen }) => seen.toString(16)),
    ],
  );
}

export async function deleteWindows(run: Run, devices: readonly string[]): Promise<void> {
  await run('DELETE FROM hearth.replay_window WHERE device = ANY($1)', [devices]);
}
