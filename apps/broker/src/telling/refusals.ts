import type { Consequence, Refused } from '@hearth/contract';
import type { Log } from '@hearth/part';
import type { Breach } from '../access/access.ts';

/** Remembers what was turned away, and tells of it at once, then once a period for each client. */
export interface Refusals extends Disposable {
  /** `client` is a known credential's id; null for strangers, who reach the log only, all as one; `address` of the newest. */
  note(client: string | null, breach: Breach, consequence: Consequence, address?: string): void;
}

const periodMs = 1000;
/** Clients with a period running at once; others are only counted, so that memory stays bounded. */
const clientsMax = 2000;
/** Reasons of one client that are told apart in a period; beyond it by their rule alone. */
const slotsMax = 16;
const textMaxLength = 300;

/** What waits to be told: one mistake, made `count` times. */
interface Slot {
  at: number;
  breach: Breach;
  consequence: Consequence;
  address: string | undefined;
  count: number;
}
interface Period {
  timer: NodeJS.Timeout;
  /** By rule, and the topic that it is about. */
  waiting: Map<string, Slot>;
}

/** Tells at once of the first, then after each period of all that came in it: each reason once, with a count. */
export function createRefusals(publish: (refused: Refused) => void, log: Log): Refusals {
  const periods = new Map<string | null, Period>();

  const tell = (client: string | null, { at, breach, consequence, address, count }: Slot): void => {
    const detail = breach.detail.slice(0, textMaxLength);
    const got = breach.got?.slice(0, textMaxLength);
    const topic = breach.topic?.slice(0, textMaxLength);
    log.warn({ client, address, rule: breach.rule, detail, got, topic, consequence, count }, 'refused');
    if (client === null) return;
    publish({
      client,
      at,
      rule: breach.rule,
      detail,
      ...(got !== undefined && { got }),
      ...(topic !== undefined && { topic }),
      ...(address !== undefined && { address }),
      consequence,
      count,
    });
  };
  const endPeriod = (client: string | null, period: Period): void => {
    if (period.waiting.size === 0) {
      periods.delete(client);
      return;
    }
    for (const slot of period.waiting.values()) tell(client, slot);
    period.waiting.clear();
    period.timer = startTimer(client, period);
  };
  const startTimer = (client: string | null, period: Period): NodeJS.Timeout =>
    setTimeout(endPeriod, periodMs, client, period).unref();

  return {
    note(client, breach, consequence, address) {
      const slot = { at: Date.now(), breach, consequence, address, count: 1 };
      const period = periods.get(client);
      if (period) {
        const key = slotOf(period, client, breach);
        const before = period.waiting.get(key);
        period.waiting.set(key, before ? { ...slot, count: before.count + 1 } : slot);
        return;
      }
      if (periods.size >= clientsMax) return;
      const started = { waiting: new Map() } as Period;
      started.timer = startTimer(client, started);
      periods.set(client, started);
      tell(client, slot);
    },
    [Symbol.dispose]() {
      for (const { timer } of periods.values()) clearTimeout(timer);
      periods.clear();
    },
  };
}

/** Strangers are told apart by the rule alone: whoever they are, they must not fill the log. */
function slotOf({ waiting }: Period, client: string | null, { rule, topic }: Breach): string {
  const key = `${rule} ${topic ?? ''}`;
  return client !== null && (waiting.has(key) || waiting.size < slotsMax) ? key : rule;
}
