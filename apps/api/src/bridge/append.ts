import type { Log } from '@hearth/part';
import type { Arrival, Fate, ReplayWindow, Store } from '@hearth/store';
import type { Patience } from './patience.ts';

/**
 * Stores readings, however long the disk refuses. A reading that the store itself does not take (null) stops
 * none of the others; that it got this far is a bug, and the log says so. Windows move with the last of them.
 * @throws when patience ends.
 */
export async function appendAll(
  store: Store,
  arrivals: readonly Arrival[],
  patience: Patience,
  log: Log,
  windows: readonly ReplayWindow[] = [],
): Promise<(Fate | null)[]> {
  if (arrivals.length === 0 && windows.length === 0) return [];
  try {
    return await patience.until(() => store.append(arrivals, windows));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    if (arrivals.length === 1) {
      log.error({ error, arrival: arrivals[0] }, 'the store does not take a reading');
      await appendAll(store, [], patience, log, windows);
      return [null];
    }
    const fates: (Fate | null)[] = [];
    for (const arrival of arrivals) fates.push(...(await appendAll(store, [arrival], patience, log)));
    await appendAll(store, [], patience, log, windows);
    return fates;
  }
}
