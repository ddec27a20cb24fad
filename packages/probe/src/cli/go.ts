import { randomBytes } from 'node:crypto';
import type { ProbeLeg } from '@hearth/contract';
import { echo } from '../echo.ts';
import { LegError } from '../leg.ts';
import { openLink } from '../link.ts';
import type { Command } from './command-line.ts';

/** One go to the broker and back. */
export interface Run {
  /** Of the monotonic clock. */
  startedMs: number;
  /** Unix ms of this machine's clock, which may be wrong. */
  startedAt: number;
  legs: { leg: ProbeLeg; ms: number }[];
  failed?: { leg: ProbeLeg; reason: string };
}

const reasonMaxLength = 300;

/** What goes there and back, always under the same client id. A leg that fails ends a run and is told in it. */
export function openWay(command: Command): (signal: AbortSignal) => Promise<Run> {
  const { broker, user, password, ca, isNameChecked, levels, timeoutMs } = command;
  const word = randomBytes(4).toString('hex');
  const prefix = command.topic ?? `hearth-probe/${word}`;
  return async (signal) => {
    const run: Run = { startedMs: performance.now(), startedAt: Date.now(), legs: [] };
    const measured = (leg: ProbeLeg, ms: number): void =>
      void run.legs.push({ leg, ms: Math.round(ms * 1000) / 1000 });
    try {
      using link = await openLink({
        url: broker,
        clientId: `hearth-probe-${word}`,
        user,
        password,
        ca,
        isNameChecked,
        timeoutMs,
        measured,
        signal,
      });
      await echo(link, { prefix, levels, timeoutMs, measured });
    } catch (error) {
      if (!(error instanceof LegError)) throw error;
      run.failed = { leg: error.leg, reason: error.message.slice(0, reasonMaxLength) };
    }
    return run;
  };
}
