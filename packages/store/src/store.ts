import type { Answer, Ask, EngineData } from './engine/asks.ts';
import { refusalOf, StoreOpenError, StoreReadError, StoreWriteError, type Refusal } from './errors.ts';
import type { Store, StoreLog } from './face.ts';
import { shownAddress } from './postgres/address.ts';
import type { PostgresData } from './postgres/postgres-worker.ts';
import { isPassing } from './postgres/passing.ts';
import { createReading } from './reading.ts';
import type { Verified } from './sealed/verifying.ts';
import { countReadings, verifyReadings, type ReadingsCounts } from './sqlite/verify-readings.ts';
import { startThread } from './thread.ts';
import { createWriting } from './writing.ts';

export type * from './face.ts';
export { packArrivals } from './packing.ts';
export { cutoffOf } from './retention/rules.ts';
export { copyDatabase } from './sqlite/copy.ts';
export { holdLock as holdReadings } from './sqlite/lock.ts';
export type { Finding } from './sealed/verifying.ts';
export { countReadings, verifyReadings, type ReadingsCounts };
export { StoreOpenError, StoreReadError, StoreWriteError };

/** Where readings are kept: a SQLite file and a journal beside it, or a PostgreSQL by its URL. */
export type StorePlace = { path: string } | { url: string };

function openError(place: StorePlace, refusal: Refusal): StoreOpenError {
  return 'url' in place ? openServerError(place.url, refusal) : openFileError(place.path, refusal);
}

function openServerError(url: string, refusal: Refusal): StoreOpenError {
  return new StoreOpenError(
    `the readings in ${shownAddress(url)} cannot be opened`,
    refusal,
    isPassing(refusal.code),
  );
}

function openFileError(path: string, refusal: Refusal): StoreOpenError {
  const isDamaged = /^(SQLITE_(CORRUPT|NOTADB)|damaged)/.test(refusal.code);
  const what = isDamaged
    ? `the readings database ${path} is damaged and was left as it is (restore a backup, or move the file away to begin anew)`
    : `the readings database ${path} cannot be opened`;
  return new StoreOpenError(what, refusal);
}

/**
 * Opens the readings in the SQLite file at `path`, which is made where it is missing, and in the journal beside it; or
 * in the PostgreSQL at `url`, whose tables are made where they are missing, and which other processes may have open too.
 * Commits and queries run on a thread of their own and never block this one. A bug there rejects what waits and
 * crashes the process.
 * @param stampMs instants are rounded to multiples of it: 1, 10, 100 or 1000
 * @param commitMs how long a commit waits for others to share it: less wear, later acknowledgements
 * @param journalLimitB beyond it the journal beside a SQLite file goes on in its other file; as much is read again at a
 * start, within a second or two
 * @param cellsToShare values and instants in memory, of a SQLite file: with more a second thread seals too. A home never
 * has as many as the usual 24 MB
 * @throws {StoreOpenError} where the file cannot be written, is damaged, is not one of ours, or another process has
 * it open; where the server cannot be reached, or does not let us in.
 */
export async function openStore({
  log,
  stampMs = 1,
  commitMs = 0,
  journalLimitB = 24 * 1024 * 1024,
  cellsToShare = 3_000_000,
  ...place
}: StorePlace & {
  log?: StoreLog;
  stampMs?: number;
  commitMs?: number;
  journalLimitB?: number;
  cellsToShare?: number;
}): Promise<Store> {
  const data: EngineData | PostgresData = { ...place, stampMs, commitMs, journalLimitB, cellsToShare };
  const worker = 'url' in place ? './postgres/postgres-worker.ts' : './engine/engine-worker.ts';
  const engine = await startThread<Ask, Answer>(new URL(worker, import.meta.url), data, {
    refuseOpen: (refusal: Refusal) => openError(place, refusal),
    refuse: (refusal, ask) =>
      ask.kind === 'write'
        ? new StoreWriteError('the readings were not stored', refusal)
        : new StoreReadError('the readings could not be read', refusal),
    notice: (what) => log?.info({}, what),
    die(error: Error) {
      log?.error({ error }, 'the store failed');
      setImmediate(() => {
        throw error;
      });
    },
  });
  const close = (): Promise<void> => engine.close();
  return { ...createWriting(engine, log), ...createReading(engine), close, [Symbol.asyncDispose]: close };
}

/**
 * Verifies what is sealed in the PostgreSQL at `url`, as {@link verifyReadings} does it of a file.
 * @param digests of chains, kept elsewhere: each has to be found again
 * @throws {StoreOpenError} where the server cannot be reached, does not let us in, or has no readings of Hearth
 */
export async function verifyPostgres(
  url: string,
  digests: readonly string[] = [],
): Promise<Verified & ReadingsCounts> {
  // A home on SQLite does not load what talks to PostgreSQL.
  const { verifyDatabase } = await import('./postgres/verify-database.ts');
  try {
    return await verifyDatabase(url, digests);
  } catch (error) {
    throw openServerError(url, refusalOf(error));
  }
}
