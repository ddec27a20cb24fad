import { basename, dirname, join } from 'node:path';
import { keepBallast } from '../retention/ballast.ts';
import { createClockGuard } from '../retention/clock-guard.ts';
import { createPruner, type Pruner } from '../retention/pruner.ts';
import { openDigests } from '../sqlite/chain.ts';
import { openWritable, type Connection } from '../sqlite/database.ts';
import { openExtents } from '../sqlite/extents.ts';
import { holdLock } from '../sqlite/lock.ts';
import { moveRows } from '../sqlite/move-rows.ts';
import { openPruning } from '../sqlite/pruning.ts';
import { openKeptNumber } from '../sqlite/kept-number.ts';
import { openUsage } from '../sqlite/usage.ts';
import type { EngineData } from './asks.ts';
import { openEngine, type Engine } from './engine.ts';
import { createQueries, type Queries } from './queries.ts';
import { createSealer, type Sealer } from './sealer.ts';
import { createSecondThread } from './second-thread.ts';

/** All that the engine's thread works with. */
export interface Opened {
  db: Connection;
  lock: Disposable;
  engine: Engine;
  queries: Queries;
  sealer: Sealer;
  pruner: Pruner;
}

/** A file beside the readings at `path`: `readings.journal` beside `readings.db`. */
function beside(path: string, extension: string): string {
  return join(dirname(path), `${basename(path).replace(/\.db$/, '')}.${extension}`);
}

/**
 * Opens database and journal, and brings a database of before up to date.
 * @throws SqliteError, a system error or UnusableDatabase
 */
export async function openAll(
  { path, stampMs, journalLimitB, cellsToShare }: EngineData,
  tell: (notice: string) => void,
): Promise<Opened> {
  const db = openWritable(path);
  try {
    const lock = holdLock(path);
    moveRows(db, tell);
    const now = Date.now;
    const journal = beside(path, 'journal');
    const engine = await openEngine(db, journal, { stampMs, now, onDamage: tell });
    const pruner = createPruner({
      engine,
      pruning: openPruning(db),
      clock: createClockGuard(now, () => performance.now(), openKeptNumber(db, 'clock-seen-at')),
      ballast: keepBallast(beside(path, 'ballast')),
      now,
    });
    const usage = openUsage(db, [path, `${path}-wal`, `${journal}-0`, `${journal}-1`]);
    const repeats = db
      .prepare<[number], [number, number]>('SELECT hour_at, count FROM repeat WHERE device = ?')
      .raw();
    const queries = createQueries(engine, {
      extents: openExtents(db),
      repeats: (device) => repeats.all(device),
      usage: () => usage(now()),
      retention: () => pruner.state(),
      digests: openDigests(db),
    });
    return {
      db,
      lock,
      engine,
      queries,
      sealer: createSealer(engine, createSecondThread(), { journalLimitB, cellsToShare, now }),
      pruner,
    };
  } catch (error) {
    db.close();
    throw error;
  }
}
