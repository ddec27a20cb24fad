import type { TransferEvent } from '@hearth/contract';
import type { Live } from '../live.ts';

/** Tells the open dashboards how far transfers are. */
export interface Tellings {
  tell(kind: TransferEvent['kind'], job: Omit<TransferEvent, 'kind'>): void;
}

/** A progress bar moves as often; a new state is told at once. */
const tellMs = 1000;

/** `monotonicMs` is a clock that never jumps, in ms. */
export function createTellings(live: Live, monotonicMs: () => number): Tellings {
  const told = new Map<string, { state: TransferEvent['state']; at: number }>();
  return {
    tell(kind, { id, state, share }) {
      const key = `${kind} ${id}`;
      const last = told.get(key);
      if (last?.state === state && monotonicMs() - last.at < tellMs) return;
      live.publish('transfer', { kind, id, state, share });
      if (state === 'waiting' || state === 'running') told.set(key, { state, at: monotonicMs() });
      else told.delete(key);
    },
  };
}
