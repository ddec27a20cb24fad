import { StoreWriteError, type RetentionRule, type Store } from '@hearth/store';
import { ImportError, importReadings, type ImportState } from '@hearth/transfer';
import { createBackOff } from '../bridge/back-off.ts';
import { pause } from '../bridge/pause.ts';
import type { KeptImport } from './import-table.ts';

/** How an import came to its end. */
export interface Ending {
  state: 'done' | 'failed' | 'cancelled';
  problem: string | null;
}

/**
 * Runs an import from where it is to its end. A disk that refuses is waited for, however long: what is stored stays, and
 * it goes on behind that. @throws what `signal` was aborted with
 */
export async function runImport(parts: {
  store: Pick<Store, 'appendPacked'>;
  path: string;
  job: KeptImport;
  rules: readonly RetentionRule[];
  signal: AbortSignal;
  onProgress: (progress: ImportState) => void;
  onTrouble: (problem: string) => void;
}): Promise<Ending> {
  const { store, path, job, rules, signal, onProgress, onTrouble } = parts;
  const { format, mapping, mode, createdAt: startedAt } = job;
  const backOff = createBackOff();
  for (let state = job.progress; ;) {
    try {
      await importReadings(
        store,
        { path, format, mapping, mode, startedAt, rules },
        {
          state,
          signal,
          onState(next) {
            state = next;
            backOff.reset();
            onProgress(next);
          },
        },
      );
      return { state: 'done', problem: null };
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ImportError) return { state: 'failed', problem: error.message };
      if (!(error instanceof StoreWriteError)) throw error;
      onTrouble(error.message);
      await pause(backOff.nextMs(), signal);
      signal.throwIfAborted();
    }
  }
}
