import type { Left } from '@hearth/broker';
import { readAnswers, type Answer } from '../../conformance/answers.ts';
import type { TraceEvent } from './trace.ts';

/** What a journal holds, to be asked quickly. */
export interface Found {
  /** `session payload` of each queued message. */
  queued: Set<string>;
  /** Payload by topic. */
  retained: Map<string, string>;
  sessions: Set<string>;
  /** `session filter`. */
  filters: Set<string>;
  /** `session id`. */
  incoming: Set<string>;
  wills: Set<string>;
  /** Messages that are queued twice for one session. */
  twice: string[];
}

export function find(left: Left): Found {
  const queued = new Set<string>();
  const twice: string[] = [];
  for (const { name, payload } of left.queued) {
    const key = `${name} ${payload.toString()}`;
    if (queued.has(key)) twice.push(key);
    queued.add(key);
  }
  return {
    queued,
    twice,
    retained: new Map(left.retained.map(({ topic, payload }) => [topic, payload.toString()])),
    sessions: new Set(left.sessions),
    filters: new Set(left.subscriptions.map(({ name, filter }) => `${name} ${filter}`)),
    incoming: new Set(left.incoming.map(({ name, packetId }) => `${name} ${packetId}`)),
    wills: new Set(left.wills.map(({ payload }) => payload.toString())),
  };
}

/** What an answer of the broker promises: null when it is kept, else in words what is missing. */
export type Promised = (found: Found) => string | null;

/** Which answer to which connection promises what. */
export type Promises = ReturnType<typeof createPromises>;

type Kind = Exclude<Answer['type'], 'publish' | 'pingresp'>;

export function createPromises() {
  const all = new Map<string, Promised[]>();
  const keyOf = (port: number, type: string, id: number): string => `${port} ${type} ${id}`;

  return {
    /** `id` is 0 for CONNACK. */
    add(port: number, type: Kind, id: number, promised: Promised): void {
      const key = keyOf(port, type, id);
      all.set(key, [...(all.get(key) ?? []), promised]);
    },
    /** In the order in which the answers left: what was promised, and behind which event of the trace. */
    read(events: readonly TraceEvent[]): { at: number; promised: Promised }[] {
      const rests = new Map<number, Buffer>();
      const read: { at: number; promised: Promised }[] = [];
      for (const [at, event] of events.entries()) {
        if (event.kind !== 'say') continue;
        const { port, data } = event;
        const rest = readAnswers(Buffer.concat([rests.get(port) ?? Buffer.alloc(0), data]), (answer) => {
          const id = 'id' in answer ? answer.id : 0;
          for (const promised of all.get(keyOf(port, answer.type, id)) ?? []) read.push({ at, promised });
        });
        rests.set(port, rest);
      }
      return read;
    },
  };
}

export const isQueued =
  (session: string, payload: string): Promised =>
  ({ queued }) =>
    queued.has(`${session} ${payload}`) ? null : `${payload} for ${session}`;

/** It, or one with a greater number behind the space. */
export const isRetained =
  (topic: string, n: number): Promised =>
  ({ retained }) => {
    const kept = retained.get(topic);
    return Number(kept?.split(' ')[1] ?? 0) >= n ? null : `retained ${n} of ${topic}, is ${kept ?? 'none'}`;
  };

export const isIn =
  (what: 'sessions' | 'filters' | 'incoming' | 'wills', key: string): Promised =>
  (found) =>
    found[what].has(key) ? null : `${key} in ${what}`;

/** The packet id may be used again. */
export const isFree =
  (session: string, id: number): Promised =>
  ({ incoming }) =>
    incoming.has(`${session} ${id}`) ? `free id ${id} of ${session}` : null;
