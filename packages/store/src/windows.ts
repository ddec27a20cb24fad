import type { Connection } from './database.ts';
import type { ReplayWindow } from './face.ts';

interface Row extends Omit<ReplayWindow, 'seen'> {
  seen: string;
}

/** Keeps how far each device's encrypted messages came. To be used within a transaction. */
export function openWindows(db: Connection): { put(windows: readonly ReplayWindow[]): void } {
  const upsert = db.prepare<[Row]>(
    'INSERT OR REPLACE INTO replay_window VALUES (@device, @key, @boot, @seq, @seen)',
  );
  return {
    put(windows) {
      // As hex: SQLite's integers are signed, and a driver's may be doubles.
      for (const window of windows) upsert.run({ ...window, seen: window.seen.toString(16) });
    },
  };
}

/** The windows of this database, by device. */
export function openWindowReading(db: Connection): () => ReplayWindow[] {
  const all = db.prepare<[], Row>('SELECT device, key, boot, seq, seen FROM replay_window ORDER BY device');
  return () => all.all().map(({ seen, ...row }) => Object.assign(row, { seen: BigInt(`0x${seen}`) }));
}
