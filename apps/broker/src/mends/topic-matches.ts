import type { Aedes } from 'aedes';

/** What aedes' emitter finds subscribers with, beyond its declared face. */
interface Matcher {
  match(topic: string): readonly unknown[];
  add(filter: string, value: unknown): unknown;
  remove(filter: string, value?: unknown): unknown;
}

/** Topics whose subscribers are remembered. */
const knownMax = 10_000;

/**
 * Remembers who is subscribed to a topic until a subscription changes: devices publish on the same few topics over
 * and over, and the walk through all filters costs as much as the rest of a delivery.
 */
export function rememberMatches(aedes: Aedes): void {
  const { _matcher: matcher } = (aedes as unknown as { mq: { _matcher: Matcher } }).mq;
  const match = matcher.match.bind(matcher);
  const add = matcher.add.bind(matcher);
  const remove = matcher.remove.bind(matcher);
  const known = new Map<string, readonly unknown[]>();
  matcher.match = (topic) => {
    let found = known.get(topic);
    if (!found) {
      found = match(topic);
      if (known.size >= knownMax) known.clear();
      known.set(topic, found);
    }
    return found;
  };
  matcher.add = (filter, value) => {
    known.clear();
    return add(filter, value);
  };
  matcher.remove = (filter, value) => {
    known.clear();
    return remove(filter, value);
  };
}
