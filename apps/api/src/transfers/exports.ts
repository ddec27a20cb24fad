import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { exportMediaTypes, instantLimits, type ExportJob, type ExportQuery } from '@hearth/contract';
import type { Store } from '@hearth/store';
import { exportReadings, stretchesOf } from '@hearth/transfer';
import { TooManyError } from '../accounts/delays.ts';
import { RequestError } from '../http/problems.ts';
import { exportFileName, listOf, quantitiesOf } from './export-file.ts';
import type { Tellings } from './tellings.ts';

/** An export as it is sent: its bytes, and what they are. Destroying the stream cancels it. */
interface ExportFile {
  stream: Readable;
  mediaType: string;
  name: string;
}

/** The exports that run, and those that ended a short while ago. */
export interface Exports {
  /** Of the devices that are seen. @throws {RequestError} @throws {TooManyError} @throws {InvalidRequestError} */
  begin(query: ExportQuery, isSeen?: (device: string) => boolean): Promise<ExportFile>;
  list(): ExportJob[];
  /** Whether there was one to cancel. */
  cancel(id: string): boolean;
}

/** What an export is ended with by hand. */
class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

/** At once: each has a thread, and readings of a slice or two in memory. */
const exportsMax = 4;
/** Ended ones that are still listed. */
const endedMax = 20;

/** `timeZone` is the home's: the days in a file's name are its. */
export function createExports(parts: {
  store: Store;
  tellings: Tellings;
  now: () => number;
  timeZone: () => string;
}): Exports {
  const { store, tellings, now, timeZone } = parts;
  const jobs = new Map<string, { job: ExportJob; stream: Readable }>();

  /** The jobs that run, or that do not, the oldest first. */
  const jobsThatRun = (run: boolean): ExportJob[] =>
    [...jobs.values()].map(({ job }) => job).filter(({ state }) => (state === 'running') === run);

  function end(job: ExportJob, state: ExportJob['state']): void {
    Object.assign(job, { state, endedAt: now() });
    tellings.tell('export', job);
    for (const { id } of jobsThatRun(false).slice(0, -endedMax)) jobs.delete(id);
  }

  async function* followed(
    job: ExportJob,
    file: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    // Whoever leaves without a word takes no more of it: the download broke off.
    let state: ExportJob['state'] = 'cancelled';
    try {
      yield* file;
      state = 'done';
    } catch (error) {
      if (!(error instanceof CancelledError)) state = 'failed';
      throw error;
    } finally {
      end(job, state);
    }
  }

  return {
    async begin(query, isSeen = () => true) {
      const { format, id = randomBytes(6).toString('hex') } = query;
      const { from = instantLimits.minimum, to = instantLimits.maximum } = query;
      const order = { format, from, to, devices: listOf(query.devices), quantities: quantitiesOf(query) };
      const stretches = (await stretchesOf(store, order)).filter(({ device }) => isSeen(device));
      const missing = order.devices?.find((device) => !stretches.some((one) => one.device === device));
      if (missing !== undefined)
        throw new RequestError('not-found', `Of "${missing}" there are no such readings in this time.`);
      if (jobs.has(id)) throw new RequestError('already-there', `There is an export "${id}".`);
      if (jobsThatRun(true).length >= exportsMax) throw new TooManyError(30);
      const startedAt = now();
      const job: ExportJob = {
        id,
        format,
        state: 'running',
        share: 0,
        readings: 0,
        bytes: 0,
        startedAt,
        endedAt: null,
      };
      const file = exportReadings(store, { format, stretches }, (progress) => {
        Object.assign(job, progress);
        tellings.tell('export', job);
      });
      const stream = Readable.from(followed(job, file), { objectMode: false });
      jobs.set(id, { job, stream });
      return {
        stream,
        mediaType: exportMediaTypes[format],
        name: exportFileName(query, startedAt, timeZone()),
      };
    },
    list: () => Array.from(jobs.values(), ({ job }) => job).toReversed(),
    cancel(id) {
      const found = jobs.get(id);
      if (found?.job.state !== 'running') return false;
      found.stream.destroy(new CancelledError('the export was cancelled'));
      return true;
    },
  };
}
