import { CheckRun } from '@hearth/contract';
import type { Log } from '@hearth/part';
import { readFileSync } from 'node:fs';
import { Compile } from 'typebox/compile';
import { writeWhole } from '../backups/whole-file.ts';
import { isOver, over } from './check-run.ts';

const runs = Compile(CheckRun);

/** The last run on disk, so that an hour’s results outlive this process. There is no secret in it. */
export interface RunFile {
  /** The run that was kept; one that was under way then broke off. Null where there is none. */
  load(now: number): CheckRun | null;
  /** One after the other; a disk that takes none is logged. */
  save(run: CheckRun): void;
  /** Resolves when what was to be saved is. */
  saved(): Promise<void>;
}

/** The run in this file. */
export function openRunFile(path: string, log: Log): RunFile {
  let last: Promise<void> = Promise.resolve();
  return {
    load(now) {
      const run = read(path);
      if (run === null || isOver(run)) return run;
      return {
        ...over(run, 'broken', now),
        problem: 'Hearth was stopped while the device was being checked.',
      };
    },
    save(run) {
      last = last
        .then(() => writeWhole(path, JSON.stringify(run)))
        .catch((error: unknown) => log.error({ err: error }, 'a check could not be written down'));
    },
    saved: () => last,
  };
}

/** What another version of Hearth wrote, or half of it, is no run. */
function read(path: string): CheckRun | null {
  try {
    const run: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return runs.Check(run) ? run : null;
  } catch {
    return null;
  }
}
