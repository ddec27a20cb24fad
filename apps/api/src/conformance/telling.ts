import type { CheckRun } from '@hearth/contract';
import type { Live } from '../live.ts';

/** Results of a quick run come many at once: the eye follows as many changes. ms */
const tellMs = 250;

/** Tells the open dashboards that a run went on: a new state or step at once, results at this pace, the last ones too. */
export function createTelling(live: Live): Disposable & { tell(run: CheckRun): void } {
  let timer: NodeJS.Timeout | undefined;
  let told: Pick<CheckRun, 'id' | 'state' | 'step'> | null = null;
  const publish = (run: CheckRun): void => {
    clearTimeout(timer);
    timer = undefined;
    told = run;
    live.publish('check', { id: run.id, state: run.state });
  };
  let newest: CheckRun;
  return {
    tell(run) {
      newest = run;
      if (told?.id !== run.id || told.state !== run.state || told.step !== run.step) publish(run);
      else timer ??= setTimeout(() => publish(newest), tellMs);
    },
    [Symbol.dispose]: () => clearTimeout(timer),
  };
}
