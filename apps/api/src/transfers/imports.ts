import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { ImportJob, ImportMapping, ImportQuery, ImportReport, RetentionRules } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Store } from '@hearth/store';
import { freshImport } from '@hearth/transfer';
import { RequestError } from '../http/problems.ts';
import type { ImportTable, KeptImport } from './import-table.ts';
import { runImport, type Ending } from './run-import.ts';
import type { Tellings } from './tellings.ts';
import type { Uploads } from './uploads.ts';

/** The imports: one runs at a time, the others wait. All outlive this process, and go on in the next. */
export interface Imports extends AsyncDisposable {
  /** Takes a file in, to be imported in its turn. @throws {RequestError} @throws {TooManyError} */
  add(query: ImportQuery, body: IncomingMessage): Promise<ImportJob>;
  /** The newest first. */
  list(): ImportJob[];
  get(id: string): ImportJob | undefined;
  /** Stores what was only tried; undefined when there is none. @throws {RequestError} */
  start(id: string, mapping: ImportMapping): ImportJob | undefined;
  /** Cancels it, or takes one that ended off the list; whether there was one. */
  end(id: string): Promise<boolean>;
}

/** How far one is reaches the disk as often: a kill repeats that much, and finds it there. */
const saveMs = 1000;
/** Imports that are listed: the newest. */
const listedMax = 50;
/** A file that was only tried is kept this long. */
const triedMaxMs = 7 * 86_400_000;

/** Why one stops that goes on at the next start. */
class ShutdownError extends Error {
  override readonly name = 'ShutdownError';
}
/** Why one stops for good. */
class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

const isUnfinished = ({ state }: KeptImport): boolean => state === 'waiting' || state === 'running';

/** `onStored` is told when readings came in: at most once a second while one runs, and at its end. */
export async function openImports(parts: {
  store: Pick<Store, 'appendPacked'>;
  table: ImportTable;
  uploads: Uploads;
  /** How long readings are kept at the moment. */
  rules: () => RetentionRules;
  tellings: Tellings;
  log: Log;
  now: () => number;
  monotonicMs: () => number;
  onStored: (report: ImportReport) => Promise<void>;
}): Promise<Imports> {
  const { store, table, uploads, rules, tellings, log, now, monotonicMs, onStored } = parts;
  const jobs = new Map(table.load().map((kept) => [kept.id, kept]));
  await uploads.removeOthers(new Set([...jobs.values()].filter((job) => job.hasFile).map(({ id }) => id)));
  let current: { id: string; stop: AbortController; ended: Promise<void> } | null = null;
  let isClosed = false;

  function note(id: string, patch: Partial<KeptImport>): KeptImport {
    const job = { ...jobs.get(id)!, ...patch };
    jobs.set(id, job);
    tellings.tell('import', { id, state: job.state, share: job.progress.share });
    return job;
  }

  /** Whether it is on disk. Where it is not, the next process goes back to what is, which does no harm. */
  function isSaved(job: KeptImport): boolean {
    try {
      table.save(job);
      return true;
    } catch (error) {
      log.error({ err: error, import: job.id }, 'how far an import is could not be written down');
      return false;
    }
  }

  async function told({ id, mode, progress }: KeptImport): Promise<void> {
    if (mode === 'try' || progress.report.stored + progress.report.alreadyThere === 0) return;
    await onStored(progress.report).catch((error: unknown) =>
      log.error({ err: error, import: id }, 'devices that were imported could not be added'),
    );
  }

  async function run(job: KeptImport, signal: AbortSignal): Promise<void> {
    const { id } = job;
    isSaved(note(id, { state: 'running', problem: null }));
    let savedAt = monotonicMs();
    try {
      const ending = await runImport({
        store,
        path: uploads.path(id),
        job,
        rules: rules(),
        signal,
        onProgress(progress) {
          const noted = note(id, { progress, problem: null });
          if (monotonicMs() - savedAt < saveMs) return;
          savedAt = monotonicMs();
          isSaved(noted);
          void told(noted);
        },
        onTrouble: (problem) => note(id, { problem }),
      });
      await settle(id, ending);
    } catch (error) {
      if (error instanceof ShutdownError) isSaved(jobs.get(id)!);
      else if (error instanceof CancelledError) await settle(id, { state: 'cancelled', problem: null });
      else {
        log.error({ err: error, import: id }, 'an import failed');
        await settle(id, { state: 'failed', problem: 'Something broke here; the log has it.' });
      }
    }
  }

  /** Only what was tried keeps its file, to be stored later. */
  async function settle(id: string, ending: Ending): Promise<void> {
    const job = jobs.get(id)!;
    const hasFile = ending.state === 'done' && job.mode === 'try';
    const end = { ...ending, hasFile, endedAt: now() };
    await told(job);
    if (isSaved({ ...job, ...end }) && !hasFile) await uploads.remove(id);
    note(id, end);
    const ended = [...jobs.values()].filter((each) => !isUnfinished(each));
    for (const old of ended.slice(0, -listedMax)) await forget(old.id);
  }

  async function forget(id: string): Promise<void> {
    table.remove(id);
    jobs.delete(id);
    await uploads.remove(id);
  }

  function next(): void {
    const job = [...jobs.values()].find(isUnfinished);
    if (isClosed || current || !job) return;
    const stop = new AbortController();
    const ended = run(job, stop.signal).finally(() => {
      current = null;
      next();
    });
    current = { id: job.id, stop, ended };
  }

  async function forgetTried(): Promise<void> {
    for (const { id, hasFile, endedAt } of jobs.values())
      if (hasFile && endedAt !== null && endedAt < now() - triedMaxMs) await forget(id);
  }

  next();
  return {
    async add({ format, name = format, mode = 'store' }, body) {
      await forgetTried();
      const id = randomBytes(6).toString('hex');
      const bytes = await uploads.take(id, body);
      const job: KeptImport = {
        id,
        name,
        format,
        mode,
        state: 'waiting',
        bytes,
        mapping: {},
        progress: freshImport(),
        hasFile: true,
        problem: null,
        createdAt: now(),
        endedAt: null,
      };
      try {
        table.save(job);
      } catch (error) {
        await uploads.remove(id);
        throw error;
      }
      jobs.set(id, job);
      next();
      return toJob(jobs.get(id)!);
    },
    list: () => Array.from(jobs.values(), toJob).toReversed(),
    get(id) {
      const job = jobs.get(id);
      return job && toJob(job);
    },
    start(id, mapping) {
      const job = jobs.get(id);
      if (!job) return undefined;
      if (!canStart(job))
        throw new RequestError(
          'cannot-start',
          'It runs already, or its file is no longer there: upload it again.',
        );
      const fresh = {
        mode: 'store',
        state: 'waiting',
        progress: freshImport(),
        problem: null,
        endedAt: null,
      } as const;
      table.save({ ...job, ...fresh, mapping });
      note(id, { ...fresh, mapping });
      next();
      return toJob(jobs.get(id)!);
    },
    async end(id) {
      const job = jobs.get(id);
      if (!job) return false;
      if (!isUnfinished(job)) await forget(id);
      else if (current?.id !== id) await settle(id, { state: 'cancelled', problem: null });
      else {
        current.stop.abort(new CancelledError());
        await current.ended;
      }
      return true;
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      current?.stop.abort(new ShutdownError());
      await current?.ended;
    },
  };
}

const canStart = (job: KeptImport): boolean => job.hasFile && !isUnfinished(job);

/** An import as the world sees it. */
function toJob(job: KeptImport): ImportJob {
  const { id, name, format, mode, state, bytes, problem, createdAt, endedAt, progress } = job;
  const { share, report } = progress;
  return {
    id,
    name,
    format,
    mode,
    state,
    share,
    bytes,
    report,
    problem,
    canStart: canStart(job),
    createdAt,
    endedAt,
  };
}
