import { parentPort, workerData } from 'node:worker_threads';
import { openJournalDatabase, type JournalDatabase } from './journal-database.ts';
import { createJournalWriter, type WriteRecords } from './journal-writer.ts';

/** To the thread: records to commit, or the word to end after what it was told before. */
export type ToJournal = Uint8Array<ArrayBuffer> | 'close';

/** From it: how long the commit took; or why it failed, with the records, which were not written. */
export type FromJournal =
  | { commitMs: number }
  | { failure: { code: string; message: string }; packed: Uint8Array<ArrayBuffer> };

export interface JournalData {
  path: string;
  /** For tests of a full disk: the file takes no more pages than this. */
  maxPages?: number;
}

const port = parentPort!;
const { path, maxPages } = workerData as JournalData;
let db: JournalDatabase | null = null;
let write: WriteRecords | null = null;

function open(): WriteRecords {
  db = openJournalDatabase(path);
  if (maxPages !== undefined) db.pragma(`max_page_count = ${maxPages}`);
  return createJournalWriter(db);
}

function close(): void {
  write = null;
  const closing = db;
  db = null;
  closing?.close();
}

function commit(packed: Uint8Array<ArrayBuffer>): FromJournal {
  const startedAt = performance.now();
  try {
    write ??= open();
    write(packed);
    return { commitMs: performance.now() - startedAt };
  } catch (error) {
    const { code = 'UNKNOWN', message } = error as { code?: string; message: string };
    // After a failed fsync nobody knows what the system still holds: only what is read anew from the file counts.
    if (code !== 'SQLITE_FULL') tryClose();
    return { failure: { code, message }, packed };
  }
}

function tryClose(): void {
  try {
    close();
  } catch {
    // A disk that does not even close is opened anew at the next commit.
  }
}

port.on('message', (message: ToJournal) => {
  if (message === 'close') {
    tryClose();
    port.close();
    return;
  }
  const answer = commit(message);
  port.postMessage(answer, 'packed' in answer ? [answer.packed.buffer] : []);
});
