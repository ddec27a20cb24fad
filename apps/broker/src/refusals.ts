import type { Refused } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Breach } from './access.ts';

/** Remembers what was turned away, and tells of it at most once a period for each client. */
export interface Refusals extends Disposable {
  /** `client` is a known credential's id; null for strangers, who reach the log only, all as one. */
  note(client: string | null, breach: Breach): void;
}

const periodMs = 1000;
/** Clients with a period running at once; others are only counted, so that memory stays bounded. */
const clientsMax = 2000;
const detailMaxLength = 300;

interface Period {
  timer: NodeJS.Timeout;
  waiting: { at: number; breach: Breach; count: number } | null;
}

/** Tells at once of the first, then after each period of all that came in it, with the newest reason. */
export function createRefusals(publish: (refused: Refused) => void, log: Log): Refusals {
  const periods = new Map<string | null, Period>();

  const tell = (client: string | null, { at, breach, count }: NonNullable<Period['waiting']>): void => {
    const detail = breach.detail.slice(0, detailMaxLength);
    log.warn({ client, rule: breach.rule, detail, count }, 'refused');
    if (client !== null) publish({ client, at, rule: breach.rule, detail, count });
  };
  const endPeriod = (client: string | null, period: Period): void => {
    if (!period.waiting) {
      periods.delete(client);
      return;
    }
    tell(client, period.waiting);
    period.waiting = null;
    period.timer = startTimer(client, period);
  };
  const startTimer = (client: string | null, period: Period): NodeJS.Timeout =>
    setTimeout(endPeriod, periodMs, client, period).unref();

  return {
    note(client, breach) {
      const period = periods.get(client);
      if (period) {
        period.waiting = { at: Date.now(), breach, count: (period.waiting?.count ?? 0) + 1 };
        return;
      }
      if (periods.size >= clientsMax) return;
      const started = { waiting: null } as Period;
      started.timer = startTimer(client, started);
      periods.set(client, started);
      tell(client, { at: Date.now(), breach, count: 1 });
    },
    [Symbol.dispose]() {
      for (const { timer } of periods.values()) clearTimeout(timer);
      periods.clear();
    },
  };
}
