import { hasWildcard } from '../access/topics.ts';
import type { Packet } from './outgoing.ts';

/** A retained message as aedes wants it. */
interface RetainedMessage extends Packet {
  cmd: 'publish';
  topic: string;
  payload: Buffer;
  qos: 0 | 1 | 2;
  retain: true;
}

/** The last retained message of each topic. */
export interface Retained {
  readonly count: number;
  readonly bytes: number;
  get(topic: string): RetainedMessage | undefined;
  /** Keeps a copy; an empty payload removes. */
  put(topic: string, payload: string | Uint8Array, qos: 0 | 1 | 2): void;
  /**
   * Each message once, for filters that may overlap, as it is when it is asked for. An exact filter costs one
   * look-up, a wildcard what lies below it; the loop is free between any two.
   */
  matching(filters: readonly string[]): Generator<RetainedMessage>;
}

/** A level of a topic: what is below it, and the message of the topic that ends here. */
interface Level {
  below: Map<string, Level>;
  message: RetainedMessage | null;
}
const emptyLevel = (): Level => ({ below: new Map(), message: null });

export function createRetained(): Retained {
  const byTopic = new Map<string, RetainedMessage>();
  const root = emptyLevel();
  let bytes = 0;

  const remove = (topic: string): void => {
    const before = byTopic.get(topic);
    if (!before) return;
    byTopic.delete(topic);
    bytes -= before.payload.length + topic.length;
    prune(root, topic.split('/'), 0);
  };

  return {
    get count() {
      return byTopic.size;
    },
    get bytes() {
      return bytes;
    },
    get: (topic) => byTopic.get(topic),
    put(topic, given, qos) {
      const source = typeof given === 'string' ? Buffer.from(given) : given;
      if (source.length === 0) {
        remove(topic);
        return;
      }
      // A copy of its own: a view of the socket's chunk, or of a pool, would hold on to all of it.
      const payload = Buffer.allocUnsafeSlow(source.length);
      payload.set(source);
      const message: RetainedMessage = { cmd: 'publish', topic, payload, qos, retain: true };
      const before = byTopic.get(topic);
      byTopic.set(topic, message);
      bytes += payload.length - (before?.payload.length ?? -topic.length);
      let level = root;
      for (const name of topic.split('/')) level = descend(level, name);
      level.message = message;
    },
    *matching(filters) {
      // One filter finds no topic twice.
      const found = filters.length > 1 ? new Set<string>() : null;
      for (const filter of filters) {
        for (const message of hasWildcard(filter) ? walk(root, filter.split('/'), 0) : one(filter)) {
          if (found?.has(message.topic)) continue;
          found?.add(message.topic);
          yield message;
        }
      }
    },
  };

  function* one(topic: string): Generator<RetainedMessage> {
    const message = byTopic.get(topic);
    if (message) yield message;
  }
}

function descend(level: Level, name: string): Level {
  let below = level.below.get(name);
  if (!below) level.below.set(name, (below = emptyLevel()));
  return below;
}

/** Takes the message out, and the levels that lead nowhere then. */
function prune(level: Level, names: readonly string[], depth: number): void {
  const name = names[depth];
  if (name === undefined) {
    level.message = null;
    return;
  }
  const below = level.below.get(name);
  if (!below) return;
  prune(below, names, depth + 1);
  if (below.message === null && below.below.size === 0) level.below.delete(name);
}

function* walk(level: Level, names: readonly string[], depth: number): Generator<RetainedMessage> {
  const name = names[depth];
  if (name === undefined) {
    if (level.message) yield level.message;
  } else if (name === '#') yield* everything(level, depth === 0);
  else if (name === '+') {
    for (const [below, next] of level.below)
      if (depth > 0 || !below.startsWith('$')) yield* walk(next, names, depth + 1);
  } else {
    const below = level.below.get(name);
    if (below) yield* walk(below, names, depth + 1);
  }
}

/** `#` is its parent too, and at the root nothing that begins with `$`. [MQTT-4.7.1-2] [MQTT-4.7.2-1] */
function* everything(level: Level, isRoot: boolean): Generator<RetainedMessage> {
  if (level.message) yield level.message;
  for (const [name, below] of level.below)
    if (!isRoot || !name.startsWith('$')) yield* everything(below, false);
}
