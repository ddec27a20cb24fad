import type { Progress, Store } from '@hearth/store';
import { isNewer, type Key } from '../bridge/key.ts';
import { coalesce } from './coalesce.ts';
import type { Entry } from './entry.ts';

/** What the bridge waits for of each device: readings that it has time to send again. */
export interface Awaiting {
  /** How far the bridge has come; undefined of a device that it has not heard. */
  newest(device: string): Key | undefined;
  awaited(device: string): number;
}

/** Counters reach the dashboards this late, so that a flood is one event a second. */
const countMs = 1000;

/**
 * Keeps duplicates and gaps as the store counts them, and shows devices of which a counter changed. What the
 * store misses is awaited first, and missing when the bridge has given it up.
 */
export function followCounts(
  entries: Map<string, Entry>,
  store: Store,
  progress: readonly Progress[],
  publish: (ids: Iterable<string>) => void,
) {
  const counted = new Set<string>();
  let stored = progress;
  let awaiting: Awaiting | null = null;

  const countOf = ({ device, boot, seq, missing: absent }: Progress, before: Entry['counts']) => {
    const awaited = Math.min(absent, awaiting?.awaited(device) ?? 0);
    const missing = absent - awaited;
    const newest = awaiting?.newest(device);
    // The store is a batch ahead: what that batch left out is not given up, the bridge has yet to hear of it.
    if (newest && isNewer({ boot, seq }, newest) && missing > before.missing) return before;
    return { missing, awaited };
  };
  const count = (): void => {
    for (const each of stored) {
      const entry = entries.get(each.device);
      if (!entry) continue;
      const { missing, awaited } = countOf(each, entry.counts);
      const counts = { ...entry.counts, duplicates: each.duplicates, missing, awaited };
      if (JSON.stringify(counts) === JSON.stringify(entry.counts)) continue;
      entries.set(each.device, { ...entry, counts });
      counted.add(each.device);
    }
  };
  const show = (): void => {
    publish(counted);
    counted.clear();
  };
  const look = coalesce(countMs, async () => {
    stored = await store.progress();
    count();
    show();
  });
  count();

  return {
    changed(ids: readonly string[]): void {
      for (const id of ids) counted.add(id);
      look.soon();
    },
    /** What is awaited may have changed; the first is counted at once, before anybody asks. */
    await(next: Awaiting): void {
      const isFirst = awaiting !== next;
      awaiting = next;
      if (isFirst) count();
      look.soon();
    },
    stop: (): void => look.stop(),
  };
}
