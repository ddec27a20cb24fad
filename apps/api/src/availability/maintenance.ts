import type { Maintenance } from '@hearth/contract';
import type { Database } from 'better-sqlite3';

const dayMs = 86_400_000;
const aheadMaxMs = 30 * dayMs;
const longestMs = 7 * dayMs;
/** Ended ones are shown this long. */
const shownMs = dayMs;

/** A time that is over, too far away or too long. */
class NoMaintenanceError extends Error {
  override readonly name = 'NoMaintenanceError';
  readonly code = 'out-of-range';
}

/** Times in which nothing counts; every change is on disk on return. */
export function openMaintenance(db: Database, now: () => number) {
  const select = db.prepare<[number], Maintenance>(
    'SELECT id, start AS "from", end AS "to", why FROM maintenance WHERE end > ? ORDER BY start, id',
  );
  const insert = db.prepare('INSERT INTO maintenance (start, end, why) VALUES (@from, @to, @why)');
  const end = db.prepare('UPDATE maintenance SET end = @now WHERE id = @id AND start < @now AND end > @now');
  const remove = db.prepare('DELETE FROM maintenance WHERE id = @id AND start >= @now');
  const load = (): Maintenance[] => select.all(now() - shownMs);
  let all = load();

  return {
    list: (): Maintenance[] => all.filter(({ to }) => to > now() - shownMs),
    /** Whether one goes on. */
    isOn: (): boolean => all.some(({ from, to }) => from <= now() && now() < to),
    /** When the one that goes on ends, the last of several; null while none does. */
    until(): number | null {
      const ends = all.filter(({ from, to }) => from <= now() && now() < to).map(({ to }) => to);
      return ends.length === 0 ? null : Math.max(...ends);
    },
    /** @throws {NoMaintenanceError} with the code of its problem. */
    add({ from, to, why }: Omit<Maintenance, 'id'>): Maintenance {
      if (to <= from || to <= now())
        throw new NoMaintenanceError('It must end after it begins, and after now.');
      if (from > now() + aheadMaxMs || to - from > longestMs)
        throw new NoMaintenanceError('It begins within 30 days, and takes 7 days at most.');
      const id = Number(insert.run({ from, to, why }).lastInsertRowid);
      all = load();
      return { id, from, to, why };
    },
    /** Takes one back that is to come, ends one that goes on; false where there is no such. */
    remove(id: number): boolean {
      const { changes } = end.run({ id, now: now() });
      const isThere = changes + remove.run({ id, now: now() }).changes > 0;
      all = load();
      return isThere;
    },
  };
}
