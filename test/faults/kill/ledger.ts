/** What a run found wrong; every number has to be 0. */
export interface Faults {
  /** Acknowledged messages that a durable subscriber did not get. */
  lost: number;
  /** Messages that never had an answer, though their publisher sent them again. */
  unanswered: number;
  /** Messages of QoS 2 that a subscriber of QoS 2 got twice. */
  twice: number;
  /** Messages that came behind a later one of the same publisher. */
  outOfOrder: number;
  /** Sessions that were there, and were not after a kill. */
  sessionsLost: number;
  /** Retained messages older than what was acknowledged. */
  retainedLost: number;
  /** Filters of a SUBACK that brought nothing, or of an UNSUBACK that still did. */
  subscriptionsLost: number;
  /** Wills of connections that a kill ended, and that did not come. */
  willsLost: number;
  /** Wills that came twice, or after DISCONNECT. */
  willsTooMany: number;
}

/** Lets it be known whom a message is from, and how many of his came before. */
export interface Entry {
  publisher: string;
  n: number;
}

export const textOf = ({ publisher, n }: Entry): string => `${publisher} ${n}`;

/** Books of what was published, acknowledged, and received. */
export type Ledger = ReturnType<typeof createLedger>;

interface Line {
  /** Sent with QoS 2, in one session over all its connections. */
  isOnce: boolean;
  /** Messages from 1 to this one were sent. */
  sent: number;
  acknowledged: Set<number>;
}

/** Of one subscriber, for one publisher. */
interface Received {
  counts: Map<number, number>;
  /** The greatest number that came, by topic. */
  last: Map<string, number>;
}

export function createLedger() {
  const faults: Faults = {
    lost: 0,
    unanswered: 0,
    twice: 0,
    outOfOrder: 0,
    sessionsLost: 0,
    retainedLost: 0,
    subscriptionsLost: 0,
    willsLost: 0,
    willsTooMany: 0,
  };
  const lines = new Map<string, Line>();
  const subscribers = new Map<string, { qos: 1 | 2; received: Map<string, Received> }>();
  const examples: string[] = [];
  let acknowledged = 0;
  let received = 0;
  let lastAt = performance.now();
  let next = Promise.withResolvers<void>();

  const note = (fault: keyof Faults, example: string): void => {
    faults[fault]++;
    if (examples.length < 20) examples.push(`${fault}: ${example}`);
  };
  const receivedOf = (subscriber: string, publisher: string): Received => {
    const { received: all } = subscribers.get(subscriber)!;
    let found = all.get(publisher);
    if (!found) all.set(publisher, (found = { counts: new Map(), last: new Map() }));
    return found;
  };
  /** What each subscriber still has to get. */
  function* missing(): Generator<[subscriber: string, publisher: string, n: number]> {
    for (const subscriber of subscribers.keys())
      for (const [publisher, line] of lines) {
        const { counts } = receivedOf(subscriber, publisher);
        for (const n of line.acknowledged) if (!counts.has(n)) yield [subscriber, publisher, n];
      }
  }

  return {
    faults,
    /** The first of them, in words. */
    examples,
    note,
    addPublisher: (name: string, isOnce: boolean): void =>
      void lines.set(name, { isOnce, sent: 0, acknowledged: new Set() }),
    addSubscriber: (name: string, qos: 1 | 2): void =>
      void subscribers.set(name, { qos, received: new Map() }),
    /** The number of the next message. */
    nextOf: (publisher: string): number => ++lines.get(publisher)!.sent,
    noteAcknowledged({ publisher, n }: Entry): void {
      lines.get(publisher)!.acknowledged.add(n);
      acknowledged++;
      next.resolve();
    },
    /** Resolves when a message is acknowledged from now on. */
    nextAcknowledgement(): Promise<void> {
      next = Promise.withResolvers();
      return next.promise;
    },
    noteReceived(subscriber: string, topic: string, payload: string): void {
      const [publisher = '', number] = payload.split(' ');
      const line = lines.get(publisher);
      if (!line) throw new Error(`nobody has published ${payload}`);
      const n = Number(number);
      lastAt = performance.now();
      received++;
      const { counts, last } = receivedOf(subscriber, publisher);
      const count = (counts.get(n) ?? 0) + 1;
      counts.set(n, count);
      if (count > 1) {
        if (line.isOnce && subscribers.get(subscriber)!.qos === 2)
          note('twice', `${payload} at ${subscriber}`);
        return;
      }
      const before = last.get(topic) ?? 0;
      if (n < before) note('outOfOrder', `${payload} at ${subscriber}, behind ${before}`);
      else last.set(topic, n);
    },
    /** Nothing that was acknowledged is on its way any more. */
    isComplete: (): boolean => missing().next().done === true,
    /** Since something came last. */
    quietMs: (): number => performance.now() - lastAt,
    /** Counts what did not come as lost, and begins a new page. */
    close(): void {
      for (const [subscriber, publisher, n] of missing()) note('lost', `${publisher} ${n} at ${subscriber}`);
      for (const { acknowledged: numbers } of lines.values()) numbers.clear();
    },
    totals: () => ({ acknowledged, received }),
  };
}
