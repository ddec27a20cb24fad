import {
  adapters,
  type AdapterMessage,
  type AdapterSession,
  type Outgoing,
  type Question,
  type Said,
} from '@hearth/adapters';
import type { Device, QuantityName } from '@hearth/contract';
import { coalesce } from '../devices/coalesce.ts';

/** A device of somebody else's software, and what was said of it. */
export interface Foreign extends Disposable {
  /** Subscribed at QoS 1: what waited for us at the broker says when it was made. */
  timedFilters: readonly string[];
  /** Subscribed at QoS 0: what waited would look as if it was measured when we came back. */
  liveFilters(): readonly string[];
  read(message: AdapterMessage): { source: Device['source']; said: readonly Said[] } | null;
  ask(device: Device, quantities: readonly QuantityName[], request: string): Question | null;
  set(device: Device, setpoint: number, request: string): readonly Outgoing[] | null;
}

/** Announcements come in bursts, and states are of no use before the last of them. */
const settledMs = 250;

/**
 * What the adapters know since this process began. `onTopics` is told of topics that are to be heard besides.
 * In a group of apis only software whose messages stand for themselves is read: the others share the rest.
 */
export function openForeign(isGroup: boolean, onTopics: (topics: readonly string[]) => void): Foreign {
  const known = adapters.filter(({ isTimed }) => isTimed || !isGroup);
  const sessions = new Map<string, AdapterSession>(known.map((adapter) => [adapter.name, adapter.open()]));
  const heard = new Set<string>();
  const look = coalesce(settledMs, () => {
    const fresh: string[] = [];
    for (const { topics = [] } of sessions.values())
      for (const topic of topics) if (!heard.has(topic)) fresh.push(topic);
    for (const topic of fresh) heard.add(topic);
    if (fresh.length > 0) onTopics(fresh);
  });
  const live = known.filter(({ isTimed }) => !isTimed).flatMap(({ filters }) => filters);

  return {
    timedFilters: known.filter(({ isTimed }) => isTimed).flatMap(({ filters }) => filters),
    liveFilters: () => [...live, ...heard],
    read(message) {
      for (const [source, session] of sessions) {
        const before = session.topics?.size;
        const said = session.read(message);
        if (session.topics?.size !== before) look.soon();
        if (said.length > 0) return { source: source as Device['source'], said };
      }
      return null;
    },
    ask: ({ id, source }, quantities, request) =>
      sessions.get(source)?.ask?.(id, quantities, request) ?? null,
    set: ({ id, source }, setpoint, request) => sessions.get(source)?.set?.(id, setpoint, request) ?? null,
    [Symbol.dispose]: () => look.stop(),
  };
}
