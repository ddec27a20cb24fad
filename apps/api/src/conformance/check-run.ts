import type { CheckResult, CheckRun, KitLine, StartCheck } from '@hearth/contract';
import { homeId } from '../homes.ts';

/** The first line of a kit. */
export type OpenLine = Extract<KitLine, { line: 'open' }>;

/** A run that begins: its device is waited for. */
export function beginRun(
  id: string,
  asked: StartCheck,
  { port, waitMs, rules }: OpenLine,
  now: number,
): CheckRun {
  return {
    id,
    state: 'waiting',
    asked,
    home: homeId,
    port,
    startedAt: now,
    waitsUntil: now + waitMs,
    endedAt: null,
    problem: null,
    device: null,
    rules,
    now: null,
    step: null,
    results: [],
    summary: null,
  };
}

/** What a line of the kit makes of a run. `stepNumber` is for a step that it asks for. */
export function withLine(run: CheckRun, line: KitLine, stepNumber: number, now: number): CheckRun {
  switch (line.line) {
    case 'device':
      return { ...run, state: 'running', device: line.device };
    case 'check':
      return { ...run, state: 'running', now: line.id };
    case 'step':
      return {
        ...run,
        step: { number: stepNumber, movement: line.movement, until: now + line.withinMs },
      };
    case 'result':
      return { ...run, now: null, step: null, results: [...run.results, shown(line.result)] };
    case 'end': {
      const { device, summary } = line;
      return { ...over(run, 'ended', now), device: device.maker === '' ? run.device : device, summary };
    }
    default:
      return run;
  }
}

/** A run that goes on no more. */
export function over(run: CheckRun, state: 'ended' | 'stopped' | 'broken', now: number): CheckRun {
  return { ...run, state, endedAt: now, now: null, step: null };
}

export const isOver = ({ state }: CheckRun): boolean => state !== 'waiting' && state !== 'running';

/** What went well needs no proof on a page: the certificate has it. */
function shown(result: CheckResult): CheckResult {
  if (result.verdict === 'fail') return result;
  const { evidence: _, ...rest } = result;
  return rest;
}
