import type { ImportFormat, ImportMapping, ImportReport } from '@hearth/contract';
import type { Fate, RetentionRule, Store } from '@hearth/store';
import { startThread } from '../thread.ts';
import type { Batch, ImportTask } from './import-worker.ts';
import { startOfFile, type Position } from './position.ts';
import { emptyReport } from './tally.ts';

/** Why a file cannot be imported, or no further. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  /** `not-this-format`, `damaged` or `too-large`. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What is kept between two runs of an import: all up to `position` is in the store, and what became of it. */
export interface ImportState {
  position: Position;
  /** Of the file that is read, 0 to 1. */
  share: number;
  report: ImportReport;
}

/** An import that has not begun. */
export const freshImport = (): ImportState => ({ position: startOfFile, share: 0, report: emptyReport() });

/** A file to be imported. */
export interface ImportOrder {
  path: string;
  format: ImportFormat;
  mapping?: ImportMapping | undefined;
  /** With `try` nothing is stored: the report says what would be taken. */
  mode: 'store' | 'try';
  /** When it was begun, Unix ms; the same when it goes on. */
  startedAt: number;
  /** How long what is kept: readings of which nothing would be left are skipped. */
  rules?: readonly RetentionRule[];
}

/** Reading a batch takes milliseconds; of the largest row group, or before the first of a large database, minutes. */
const longestBatchMs = 600_000;

/**
 * Imports a file, from where `state` is. A thread reads, checks and gathers; this one only hands batches to the store.
 * `onState` has each state after its commit; whoever goes on at an older one finds its readings already there.
 * @throws {ImportError} when the file is not of its format or is damaged; what came before that is stored
 * @throws {StoreWriteError} when the disk refuses; it can go on at the last state
 * @throws what `signal` was aborted with
 */
export async function importReadings(
  store: Pick<Store, 'appendPacked'>,
  { path, format, mapping = {}, mode, startedAt, rules = [] }: ImportOrder,
  {
    state = freshImport(),
    onState,
    signal,
    patienceMs = longestBatchMs,
  }: {
    state?: ImportState;
    onState: (state: ImportState) => void;
    signal: AbortSignal;
    patienceMs?: number;
  },
): Promise<ImportReport> {
  signal.throwIfAborted();
  const task: ImportTask = {
    path,
    format,
    mapping,
    position: state.position,
    report: state.report,
    now: startedAt,
    rules,
    isTrial: mode === 'try',
  };
  await using reader = startThread<'next', Batch | null>(
    new URL('./import-worker.ts', import.meta.url),
    task,
    (code, message) => new ImportError(code, message),
  );
  let { stored, alreadyThere } = state.report;
  // One batch is read while the one before is stored.
  for (let coming = reader.ask('next'); ;) {
    const batch = await within(coming, patienceMs, signal);
    if (batch === null) throw new Error('an import was asked to go on after its end');
    if (!batch.isLast) coming = reader.ask('next');
    const fates = batch.packed === null ? [] : await store.appendPacked(batch.packed);
    stored += count(fates, 'stored');
    alreadyThere += count(fates, 'duplicate');
    const report = { ...batch.report, stored, alreadyThere };
    onState({ position: batch.position, share: batch.share, report });
    if (batch.isLast) return report;
  }
}

function count(fates: readonly Fate[], fate: Fate): number {
  return fates.reduce((sum, each) => sum + Number(each === fate), 0);
}

/**
 * The thread may be busy for long, or for ever, with what a stranger made: whoever cancels does not wait for it, and
 * without a sign it is given up.
 */
async function within<T>(promise: Promise<T>, patienceMs: number, signal: AbortSignal): Promise<T> {
  const given = Promise.withResolvers<never>();
  const abort = (): void => given.reject(signal.reason as Error);
  const timer = setTimeout(
    () => given.reject(new ImportError('damaged', 'The file is such that reading it comes to no end.')),
    patienceMs,
  );
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await Promise.race([promise, given.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
