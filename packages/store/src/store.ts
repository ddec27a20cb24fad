import { StoreOpenError, StoreReadError, StoreWriteError, type Refusal } from './errors.ts';
import type { Store, StoreLog } from './face.ts';
import type { Answer, Query } from './reader-worker.ts';
import { createReading } from './reading.ts';
import { startThread } from './thread.ts';
import type { Committed } from './writer-worker.ts';
import type { Write } from './writer.ts';
import { createWriting } from './writing.ts';

export type * from './face.ts';
export { StoreOpenError, StoreReadError, StoreWriteError };

function openError(path: string, refusal: Refusal): StoreOpenError {
  const isDamaged = /^SQLITE_(CORRUPT|NOTADB)/.test(refusal.code);
  const what = isDamaged
    ? `the readings database ${path} is damaged and was left as it is (restore a backup, or move the file away to begin anew)`
    : `the readings database ${path} cannot be opened`;
  return new StoreOpenError(what, refusal);
}

/**
 * Opens the readings in the SQLite file at `path`, which is made where it is missing. Commits and queries run
 * on a thread each and never block this one. A bug on one of them rejects what waits and crashes the process.
 * @throws {StoreOpenError} where the file cannot be written, is damaged, or is not one of ours.
 */
export async function openStore({ path, log }: { path: string; log?: StoreLog }): Promise<Store> {
  const on = {
    refuseOpen: (refusal: Refusal) => openError(path, refusal),
    die(error: Error) {
      log?.error({ error }, 'the store failed');
      setImmediate(() => {
        throw error;
      });
    },
  };
  const writer = await startThread<Write, Committed>(new URL('./writer-worker.ts', import.meta.url), path, {
    ...on,
    refuse: (refusal) => new StoreWriteError('the readings were not stored', refusal),
  });
  const reader = await startThread<Query, Answer>(new URL('./reader-worker.ts', import.meta.url), path, {
    ...on,
    refuse: (refusal) => new StoreReadError('the readings could not be read', refusal),
  }).catch(async (error: unknown) => {
    await writer.close();
    throw error;
  });

  async function close(): Promise<void> {
    // The reader first: whoever closes last folds the WAL into the file, which the reader may not.
    await reader.close();
    await writer.close();
  }

  return { ...createWriting(writer, log), ...createReading(reader), close, [Symbol.asyncDispose]: close };
}
