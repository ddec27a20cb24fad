import type { CheckRun, Conformance, StartCheck, StartedCheck } from '@hearth/contract';
import { makeFolder, type Log } from '@hearth/part';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RequestError } from '../http/problems.ts';
import type { Live } from '../live.ts';
import { kitProgram } from './kit-process.ts';
import { beginCheck, type OneCheck } from './one-check.ts';
import { openRunFile } from './run-file.ts';
import { createTelling } from './telling.ts';

/** Checks of devices against the contract: one at a time, in a process and on a port of its own, apart from the home. */
export interface Checking extends AsyncDisposable {
  /** The run under way, or the last one. */
  state(): Conformance;
  /** @param signer whose name stands in the certificate @throws {RequestError} */
  start(asked: StartCheck, signer: string): Promise<StartedCheck>;
  /** Whether there was one to stop. */
  stop(): Promise<boolean>;
  /** Whether this step was asked for and not answered yet. */
  answer(step: number, isDone: boolean): boolean;
  /** Certificate (PEM) of the authority of the run under way; null where there is none. */
  authority(): string | null;
  /** What the last run found, signed, and of which device; null where it did not come to its end. */
  certificate(format: 'json' | 'html'): Promise<{ text: string; device: string } | null>;
}

/**
 * @param folder for what is kept of the last run, and the key that certificates are signed with
 * @param host where devices find this machine, as the owner has set it
 */
export function openChecking(parts: {
  folder: string;
  listen: { host: string; port: number };
  host: string | null;
  live: Live;
  log: Log;
  now: () => number;
}): Checking {
  const { folder, listen, host, live, log, now } = parts;
  const scratch = join(folder, 'scratch');
  const certificateFile = (format: 'json' | 'html'): string => join(folder, `certificate.${format}`);
  const telling = createTelling(live);
  const file = openRunFile(join(folder, 'run.json'), log);
  let last = file.load(now());
  let current: OneCheck | null = null;

  function onChange(run: CheckRun): void {
    if (run.state !== last?.state || run.id !== last.id) file.save(run);
    last = run;
    telling.tell(run);
  }

  /** Empties what the last run left: a certificate is never that of another run. */
  function prepare(): void {
    makeFolder(folder);
    for (const path of [scratch, certificateFile('json'), certificateFile('html')])
      rmSync(path, { recursive: true, force: true });
    makeFolder(scratch);
  }

  return {
    state: () => ({ run: last, host }),
    async start(asked, signer) {
      if (current?.isOver) await current.gone;
      if (current)
        throw new RequestError(
          'check-running',
          'Hearth checks one device at a time: wait for the end of that check, or stop it.',
        );
      if (!existsSync(kitProgram))
        throw new RequestError('cannot-check', 'The conformance kit is not part of this installation.');
      prepare();
      const id = randomBytes(6).toString('hex');
      const mine = beginCheck(
        { id, asked, signer, listen, places: { folder, scratch } },
        { log, now, onChange },
      );
      current = mine;
      void mine.gone.then(() => (current = null));
      return mine.opened;
    },
    async stop() {
      const running = current;
      if (running === null || running.isOver) return false;
      await running.end('stopped');
      await running.gone;
      return true;
    },
    answer: (step, isDone) => current?.answer(step, isDone) ?? false,
    authority: () => current?.ca ?? null,
    async certificate(format) {
      if (last?.state !== 'ended') return null;
      const text = await readFile(certificateFile(format), 'utf8').catch(() => null);
      return text === null ? null : { text, device: last.asked.device };
    },
    async [Symbol.asyncDispose]() {
      telling[Symbol.dispose]();
      await current?.end('shutdown');
      await file.saved();
    },
  };
}
