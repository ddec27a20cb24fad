import { filterMatches, hasWildcard } from '../topics.ts';
import type { Outgoing } from './outgoing.ts';

/** The last retained message of each topic. */
export interface Retained {
  /** Keeps a copy; an empty payload removes. */
  put(topic: string, message: Outgoing): void;
  /** Each message once, for filters that may overlap. An exact filter costs one look-up. */
  matching(filters: readonly string[]): Outgoing[];
}

export function createRetained(): Retained {
  const byTopic = new Map<string, Outgoing>();
  return {
    put(topic, message) {
      const payload = Buffer.from(message.payload ?? '');
      // A copy: the payload is a view of the socket's chunk, and would hold on to all of it.
      if (payload.length > 0) byTopic.set(topic, { ...message, payload });
      else byTopic.delete(topic);
    },
    matching(filters) {
      const found = new Map<string, Outgoing>();
      for (const filter of filters) {
        const exact = byTopic.get(filter);
        if (exact) found.set(filter, exact);
        if (!hasWildcard(filter)) continue;
        for (const [topic, message] of byTopic) if (filterMatches(filter, topic)) found.set(topic, message);
      }
      return [...found.values()];
    },
  };
}
