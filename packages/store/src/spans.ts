import type { Connection } from './database.ts';

/** Which numbered readings of each device came, as intervals that neither overlap nor touch. */
export interface Spans {
  /** Notes one; false when it came before. */
  take(device: number, boot: number, seq: number): boolean;
}

/** The spans in this database. To be used within a transaction. */
export function openSpans(db: Connection): Spans {
  // The span that begins at or before seq, and the one that begins right behind it.
  const before = db.prepare<[number, number, number], { first: number; last: number }>(
    'SELECT first, last FROM span WHERE device = ? AND boot = ? AND first <= ? ORDER BY first DESC LIMIT 1',
  );
  const beginning = db
    .prepare<[number, number, number], number>(
      'SELECT last FROM span WHERE device = ? AND boot = ? AND first = ?',
    )
    .pluck();
  const put = db.prepare<[number, number, number, number]>('INSERT OR REPLACE INTO span VALUES (?, ?, ?, ?)');
  const remove = db.prepare<[number, number, number]>(
    'DELETE FROM span WHERE device = ? AND boot = ? AND first = ?',
  );

  return {
    take(device, boot, seq) {
      const left = before.get(device, boot, seq);
      if (left && left.last >= seq) return false;
      const rightLast = beginning.get(device, boot, seq + 1);
      if (rightLast !== undefined) remove.run(device, boot, seq + 1);
      const first = left && left.last === seq - 1 ? left.first : seq;
      put.run(device, boot, first, rightLast ?? seq);
      return true;
    },
  };
}
