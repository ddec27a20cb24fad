import { setTimeout as pause } from 'node:timers/promises';
import { refusalOf, type Refusal } from '../errors.ts';
import { blockLimit } from '../sealed/blocks.ts';
import type { PostgresEngine } from './engine.ts';

/** A day, so that a day's digest has all of the day before. */
const limits = { count: blockLimit, ms: 86_400_000 };

/** Between two looks whether something is due. */
const lookMs = 10_000;

/** Seals device by device. Of several processes each looks for itself; a device is locked by the one that seals it. */
export interface PostgresSealer {
  /** Why it does not go on at the moment. */
  refusal(): Refusal | null;
  /** Resolves when what is being sealed is. */
  stop(): Promise<void>;
}

export function startSealer(engine: PostgresEngine): PostgresSealer {
  const stopping = new AbortController();
  let refusal: Refusal | null = null;

  async function seal(): Promise<void> {
    try {
      while (!stopping.signal.aborted && (await engine.sealDue(limits)));
      refusal = null;
    } catch (error) {
      refusal = refusalOf(error);
    }
  }

  async function lookForEver(): Promise<void> {
    while (!stopping.signal.aborted) {
      await seal();
      await pause(lookMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined);
    }
  }

  const looking = lookForEver();
  return {
    refusal: () => refusal,
    async stop() {
      stopping.abort();
      await looking;
    },
  };
}
