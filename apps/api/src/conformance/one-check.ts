import type { CheckRun, KitLine, StartCheck, StartedCheck } from '@hearth/contract';
import type { Log } from '@hearth/part';
import { join } from 'node:path';
import { homeId } from '../homes.ts';
import { RequestError } from '../http/problems.ts';
import { beginRun, isOver, over, withLine } from './check-run.ts';
import { startKit, type KitProcess } from './kit-process.ts';

/** Many times as much as a busy machine takes to start the kit. */
const openMaxMs = 20_000;
/** The longest run, of a device that reports every quarter of an hour, is done by then. */
const runMaxMs = 12 * 3_600_000;

/** Why a run is ended by us. */
type Ending = 'stopped' | 'too-long' | 'too-late' | 'shutdown';

/** A run of the kit under way. */
export interface OneCheck {
  /** The run and its secret when the device may come. @throws {RequestError} where it cannot begin */
  readonly opened: Promise<StartedCheck>;
  /** Whether its end is known; the kit may take a moment to leave. */
  readonly isOver: boolean;
  /** Certificate (PEM) of its authority; null without TLS, and when it is over. */
  readonly ca: string | null;
  /** Whether this step was asked for and not answered yet. */
  answer(step: number, isDone: boolean): boolean;
  end(why: Ending): Promise<void>;
  /** Resolves when nothing of it runs any more. */
  readonly gone: Promise<void>;
}

/** What a check is begun with. */
export interface CheckPlan {
  id: string;
  asked: StartCheck;
  /** Whose name stands in the certificate. */
  signer: string;
  listen: { host: string; port: number };
  places: { folder: string; scratch: string };
}

/** Begins a run; `onChange` is told whatever becomes of it. */
export function beginCheck(
  plan: CheckPlan,
  { log, now, onChange }: { log: Log; now: () => number; onChange: (run: CheckRun) => void },
): OneCheck {
  const opened = Promise.withResolvers<StartedCheck>();
  let run: CheckRun | null = null;
  let refusal: Refusal | null = null;
  let ca: string | null = null;
  let steps = 0;
  let ending: Ending | null = null;

  const change = (next: CheckRun): CheckRun => {
    run = next;
    onChange(next);
    return next;
  };
  const onLine = (line: KitLine): void => {
    if (line.line === 'error') refusal = line;
    else if (line.line === 'open') {
      clearTimeout(openTimer);
      ca = line.ca;
      opened.resolve({ run: change(beginRun(plan.id, plan.asked, line, now())), secret: line.secret });
    } else if (run) {
      if (line.line === 'step') steps++;
      change(withLine(run, line, steps, now()));
    }
  };
  const kit = startKit(plan.places, argsOf(plan), onLine);
  const end = (why: Ending): Promise<void> => {
    ending ??= why;
    return kit.end();
  };
  const openTimer = setTimeout(() => void end('too-late'), openMaxMs);
  const runTimer = setTimeout(() => void end('too-long'), runMaxMs);

  const settle = ({ ended, said }: Awaited<KitProcess['gone']>): void => {
    clearTimeout(openTimer);
    clearTimeout(runTimer);
    ca = null;
    if (run && isOver(run)) return;
    if (ending === null && !isExpected(refusal))
      log.error({ ended, said, refusal }, 'the conformance kit broke');
    if (!run) opened.reject(new RequestError('cannot-check', refusalWords(refusal, ending, plan)));
    else if (ending === 'stopped') change(over(run, 'stopped', now()));
    else if (ending !== 'shutdown')
      change({ ...over(run, 'broken', now()), problem: breakWords(ending, ended) });
  };
  const gone = kit.gone.then(settle);

  return {
    opened: opened.promise,
    get isOver() {
      return run !== null && isOver(run);
    },
    get ca() {
      return ca;
    },
    answer(step, isDone) {
      if (run?.step?.number !== step) return false;
      change({ ...run, step: null });
      kit.answer(isDone);
      return true;
    },
    end,
    gone,
  };
}

function argsOf({ asked, signer, listen, places: { folder } }: CheckPlan): string[] {
  const { device, host, isQuick, isPlain, hasHands, chapters } = asked;
  return [
    'check',
    '--jsonl',
    `--device=${device}`,
    `--home=${homeId}`,
    `--host=${host}`,
    `--listen=${listen.host}`,
    `--port=${listen.port}`,
    `--out=${folder}`,
    `--key=${join(folder, 'key.pem')}`,
    `--signer=${signer}`,
    ...(isQuick ? ['--quick'] : []),
    ...(isPlain ? ['--plain'] : []),
    ...(hasHands ? ['--hand=ask'] : []),
    ...(chapters ? [`--only=${chapters.join()}`] : []),
  ];
}

type Refusal = Extract<KitLine, { line: 'error' }>;

/** What a person can mend is told to them. */
const mendable: Readonly<Record<string, (plan: CheckPlan, error: string) => string>> = {
  EADDRINUSE: ({ listen }) =>
    `Port ${listen.port} is taken: stop the program that uses it, or set HEARTH_KIT_PORT to another port.`,
  EADDRNOTAVAIL: ({ listen }) => `HEARTH_KIT_HOST is ${listen.host}, which is no address of this machine.`,
  EACCES: ({ listen }) => `Port ${listen.port} needs privileges: set HEARTH_KIT_PORT to one above 1023.`,
  'key-file': (_, error) => `${error}: move it away, and a new one is made.`,
};
const isExpected = (refusal: Refusal | null): boolean =>
  refusal?.code !== undefined && refusal.code in mendable;

function refusalWords(refusal: Refusal | null, ending: Ending | null, plan: CheckPlan): string {
  if (ending === 'stopped') return 'It was stopped before it had begun.';
  const explain = mendable[refusal?.code ?? ''];
  return explain && refusal
    ? explain(plan, refusal.error)
    : 'The kit did not start. The log of the api has why.';
}

function breakWords(ending: Ending | null, ended: string): string {
  if (ending === 'too-long') return `It took longer than ${runMaxMs / 3_600_000} hours.`;
  return `The kit ended before the check did (${ended}). The log of the api has what it said.`;
}
