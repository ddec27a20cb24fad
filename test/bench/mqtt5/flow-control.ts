/** Messages of QoS 1 and 2 that a client has not acknowledged: never more than its Receive Maximum. */
export interface FlowControl {
  /** Whether messages wait: what comes behind them has to wait too. */
  readonly isFull: boolean;
  /** Sends now or later, in order. `id` is null at QoS 0. */
  pass(id: number | null, send: () => void): void;
  /** This one is acknowledged to its end. */
  release(id: number): void;
}

/** @param onFull called when the first message has to wait, and again when none does any more. */
export function createFlowControl(most: number, onFull: (isFull: boolean) => void): FlowControl {
  const inFlight = new Set<number>();
  const waiting: { id: number | null; send: () => void }[] = [];
  const mayPass = (id: number | null): boolean => id === null || inFlight.size < most || inFlight.has(id);
  const pass = (id: number | null, send: () => void): void => {
    if (id !== null) inFlight.add(id);
    send();
  };
  return {
    get isFull() {
      return waiting.length > 0;
    },
    pass(id, send) {
      if (waiting.length === 0 && mayPass(id)) {
        pass(id, send);
        return;
      }
      waiting.push({ id, send });
      if (waiting.length === 1) onFull(true);
    },
    release(id) {
      if (!inFlight.delete(id) || waiting.length === 0) return;
      while (waiting.length > 0 && mayPass(waiting[0]!.id)) {
        const next = waiting.shift()!;
        pass(next.id, next.send);
      }
      if (waiting.length === 0) onFull(false);
    },
  };
}
