import type { ReplayWindow } from '../face.ts';
import type { Connection } from './database.ts';

interface Row extends Omit<ReplayWindow, 'seen'> {
  seen: string;
}

/** How far each device's encrypted messages came. */
export interface WindowRows {
  load(): Map<string, ReplayWindow>;
  /** One transaction. */
  save(windows: Iterable<ReplayWindow>): void;
}

export function openWindowRows(db: Connection): WindowRows {
  const all = db.prepare<[], Row>('SELECT device, key, boot, seq, seen FROM replay_window');
  const upsert = db.prepare<[Row]>(
    'INSERT OR REPLACE INTO replay_window VALUES (@device, @key, @boot, @seq, @seen)',
  );
  return {
    load: () =>
      new Map(
        all.all().map(({ seen, ...row }) => [row.device, Object.assign(row, { seen: BigInt(`0x${seen}`) })]),
      ),
    save: db.transaction((windows: Iterable<ReplayWindow>) => {
      // As hex: SQLite's integers are signed, and a driver's may be doubles.
      for (const window of windows) upsert.run({ ...window, seen: window.seen.toString(16) });
    }),
  };
}
