import type { ProbeRun, Report, Reporter } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { createHash, timingSafeEqual } from 'node:crypto';
import { TooManyError } from '../accounts/delays.ts';
import { createAllowance } from '../devices/allowance.ts';
import { NameTakenError } from '../devices/rooms.ts';
import { freeId, slugOf } from '../devices/slug.ts';
import { RequestError } from '../http/problems.ts';
import { openProbeDays, type ProbeDays } from './probe-days.ts';

/** What a machine has told of itself; text in hearth.db. */
type Heard = Pick<Reporter, 'everyS' | 'broker' | 'last' | 'failing'> & { heardAt: number };
interface Row {
  id: string;
  name: string;
  token_sha256: string;
  added_at: number;
  heard: string | null;
}
interface Entry {
  row: Row;
  heard: Heard | null;
  days: ProbeDays;
  savedAt: number;
}

const reportersMax = 20;
/** Room in a device id behind `hearth-probe-`, and for a number. */
const slugMax = 20;
const daysShown = 7;
/** So many runs may be missing before it is overdue, and so long a report may be on its way. */
const runsMissing = 3;
const graceMs = 10_000;
/** At most so many reports at once, then one in so long. */
const burst = 12;
const reportMs = 5000;
/** As for our own days: what came since the last save is lost by a kill. */
const saveMs = 600_000;

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/**
 * Other machines that probe and report here, each by a token of its own of which only the SHA-256 is kept. `now` is the
 * wall clock, Unix ms.
 */
export function openReporters({
  db,
  now,
  timeZone,
}: {
  db: Database;
  now: () => number;
  timeZone: () => string;
}) {
  const insert = db.prepare(
    'INSERT INTO reporter (id, name, token_sha256, added_at) VALUES (@id, @name, @token_sha256, @added_at)',
  );
  const update = db.prepare('UPDATE reporter SET heard = ? WHERE id = ?');
  const removeRows = ['reporter WHERE id', 'probe_day_by WHERE reporter'].map((from) =>
    db.prepare(`DELETE FROM ${from} = ?`),
  );
  const openedAt = now();
  const entries = new Map<string, Entry>();
  const put = (row: Row): void => {
    const heard = row.heard === null ? null : (JSON.parse(row.heard) as Heard);
    entries.set(row.id, { row, heard, days: openProbeDays(db, now, timeZone, row.id), savedAt: now() });
  };
  for (const row of db.prepare<[], Row>('SELECT * FROM reporter ORDER BY added_at, id').all()) put(row);
  const isAllowed = createAllowance(burst, reportMs, now);
  const find = (token: string): Entry | undefined => {
    const shown = digest(token);
    return [...entries.values()].find(({ row }) =>
      timingSafeEqual(shown, Buffer.from(row.token_sha256, 'hex')),
    );
  };
  const save = (entry: Entry): void => {
    update.run(JSON.stringify(entry.heard), entry.row.id);
    entry.savedAt = now();
  };
  const show = ({ row: { id, name, added_at: addedAt }, heard, days }: Entry): Reporter => {
    const { heardAt = null, everyS = null, broker = null, last = null, failing = null } = heard ?? {};
    // While we were away ourselves it could not report.
    const silentMs = now() - Math.max(heardAt ?? now(), openedAt);
    const isOverdue = everyS !== null && silentMs > runsMissing * everyS * 1000 + graceMs;
    const { legs } = days.figures(daysShown);
    return { id, name, addedAt, heardAt, isOverdue, everyS, broker, last, failing, legs };
  };

  return {
    list: (): Reporter[] => [...entries.values()].map(show),
    has: (id: string): boolean => entries.has(id),
    isToken: (token: string): boolean => find(token) !== undefined,
    /** Its name at the broker. @throws {NameTakenError} @throws {RequestError} when there are enough. */
    idFor(name: string): string {
      const rows = [...entries.values()].map(({ row }) => row);
      if (rows.some((row) => row.name.toLowerCase() === name.toLowerCase()))
        throw new NameTakenError(`"${name}" reports already: give this one another name.`);
      if (rows.length >= reportersMax)
        throw new RequestError('out-of-range', `At most ${reportersMax} machines report: remove one first.`);
      // "echo" is the name that our own probe has.
      const taken = new Set(
        ['echo', ...rows.map(({ id }) => id)].map((id) => id.replace('hearth-probe-', '')),
      );
      return `hearth-probe-${freeId(slugOf(name, slugMax) || 'place', taken)}`;
    },
    /** On disk on return. */
    add({ id, name, token }: { id: string; name: string; token: string }): void {
      const row = { id, name, token_sha256: digest(token).toString('hex'), added_at: now() };
      insert.run(row);
      put({ ...row, heard: null });
    },
    /** From now on its token opens nothing, and what it reported is gone. */
    remove(id: string): void {
      db.transaction(() => removeRows.forEach((statement) => statement.run(id)))();
      entries.delete(id);
    },
    /** Takes what a machine measured. @throws {TooManyError} */
    take(token: string, { broker, everyS, runs }: Report): void {
      const entry = find(token);
      if (!entry) return;
      if (!isAllowed(entry.row.id)) throw new TooManyError(reportMs / 1000);
      let failing = entry.heard?.failing ?? null;
      let last = entry.heard?.last ?? null;
      for (const { agoMs, legs, failed } of runs) {
        const run: ProbeRun = { startedAt: now() - agoMs, state: failed ? 'failed' : 'whole', legs };
        last = failed ? { ...run, failed } : run;
        failing = failed ? { ...failed, since: failing?.since ?? run.startedAt } : null;
        entry.days.note(last);
      }
      entry.heard = { heardAt: now(), everyS, broker, last, failing };
      if (now() - entry.savedAt >= saveMs) save(entry);
    },
    [Symbol.dispose](): void {
      for (const entry of entries.values()) {
        if (entry.heard) save(entry);
        entry.days[Symbol.dispose]();
      }
    },
  };
}
export type Reporters = ReturnType<typeof openReporters>;
