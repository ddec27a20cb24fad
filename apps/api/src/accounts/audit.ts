import type { Deed, Deeds } from '@hearth/contract';
import type { Database } from 'better-sqlite3';

/**
 * What is kept: years of a household's deeds, and of what was refused as much as is needed to see that somebody
 * guesses. Each has room of its own, so that no guesser drives out what was done. About 3 MB in all.
 */
const keptMax = { done: 10_000, refused: 2000 };
const pageSize = 50;
const aboutMaxLength = 200;

/** Who did what, and when and from where, in hearth.db. */
export interface Audit {
  /** On disk on return. */
  note(deed: Omit<Deed, 'id' | 'at'>): void;
  /** The newest first; those before an id. */
  page(before: number | null): Deeds;
}

type Row = Omit<Deed, 'isDone'> & { isDone: number };

/** `now` is the wall clock, Unix ms; `max` is for tests. */
export function openAudit(db: Database, now: () => number, max = keptMax): Audit {
  const insert = db.prepare(
    `INSERT INTO audit (at, who, by, token, address, route, about, is_done)
     VALUES (@at, @who, @by, @token, @address, @route, @about, @isDone)`,
  );
  const prune = db.prepare<[number, number, number]>(
    `DELETE FROM audit WHERE is_done = ? AND id <=
       (SELECT id FROM audit WHERE is_done = ? ORDER BY id DESC LIMIT 1 OFFSET ?)`,
  );
  const select = db.prepare<[number, number], Row>(
    `SELECT id, at, who, by, token, address, route, about, is_done AS isDone FROM audit
     WHERE id < ? ORDER BY id DESC LIMIT ?`,
  );
  return {
    note: db.transaction((deed: Omit<Deed, 'id' | 'at'>): void => {
      const isDone = Number(deed.isDone);
      const about = deed.about?.slice(0, aboutMaxLength) ?? null;
      insert.run({ ...deed, at: now(), about, isDone });
      prune.run(isDone, isDone, deed.isDone ? max.done : max.refused);
    }),
    page(before) {
      const rows = select.all(before ?? Number.MAX_SAFE_INTEGER, pageSize + 1);
      const deeds: Deed[] = [];
      for (const { isDone, ...row } of rows.slice(0, pageSize)) deeds.push({ ...row, isDone: isDone === 1 });
      return { deeds, before: rows.length > pageSize ? deeds.at(-1)!.id : null };
    },
  };
}
