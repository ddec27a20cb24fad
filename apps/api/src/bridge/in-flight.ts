/** The broker cannot be reached, or was lost before it acknowledged. */
export class BrokerAwayError extends Error {
  override readonly name = 'BrokerAwayError';
  readonly code = 'broker-away';
}

interface Waiting {
  send: (id: number) => void;
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * Packets of one connection that wait for their acknowledgement, by packet id [MQTT-2.3.1-2]. At most
 * `limit` at once; more wait for their turn in order, urgent ones before the others.
 */
export function createInFlight(limit: number) {
  const sent = new Map<number, Waiting>();
  const queue: Waiting[] = [];
  const urgent: Waiting[] = [];
  let lastId = 0;

  const freeId = (): number => {
    do lastId = (lastId % 65_535) + 1;
    while (sent.has(lastId));
    return lastId;
  };
  const sendMore = (): void => {
    while (sent.size < limit) {
      const next = urgent.shift() ?? queue.shift();
      if (!next) return;
      const id = freeId();
      sent.set(id, next);
      next.send(id);
    }
  };
  return {
    /** Calls `send` with a packet id when it is its turn; resolves at the acknowledgement. */
    add(send: (id: number) => void, isUrgent: boolean): Promise<void> {
      return new Promise((resolve, reject) => {
        (isUrgent ? urgent : queue).push({ send, resolve, reject });
        sendMore();
      });
    },
    acknowledge(id: number): void {
      const waiting = sent.get(id);
      sent.delete(id);
      waiting?.resolve();
      sendMore();
    },
    /** Ends all that wait with this error. */
    fail(error: Error): void {
      const all = [...sent.values(), ...urgent, ...queue];
      sent.clear();
      urgent.length = queue.length = 0;
      for (const waiting of all) waiting.reject(error);
    },
  };
}
