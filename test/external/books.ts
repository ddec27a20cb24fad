import type { Fleet } from '@hearth/simulator';
import { openStore, type SeriesName, type Store } from '@hearth/store';
import { join } from 'node:path';

/** How often one reading of a fleet is in the stores, by its device, quantity and instant. */
export type Found = Map<string, number>;

/** Every number of the fleet's own books. */
export function madeBy(fleet: Fleet): string[] {
  return fleet.ledger
    .entries()
    .flatMap(({ device, at, values }) =>
      Object.entries(values).flatMap(([quantity, value]) =>
        typeof value === 'number' ? [`${device} ${quantity} ${at} ${value}`] : [],
      ),
    );
}

/** Every value of these devices in a store. */
export async function foundIn(store: Store, series: readonly SeriesName[]): Promise<Found> {
  const found: Found = new Map();
  for (const { device, quantity } of series) {
    const raw = await store.raw({ device, quantity, from: 0, to: 8e15 });
    for (const [i, at] of [...raw.at].entries()) {
      const name = `${device} ${quantity} ${at} ${raw.value[i]}`;
      found.set(name, (found.get(name) ?? 0) + 1);
    }
  }
  return found;
}

/** Every value of these devices in stores whose apis have ended. */
export async function storedIn(dataDirs: readonly string[], series: readonly SeriesName[]): Promise<Found> {
  const found: Found = new Map();
  for (const dataDir of dataDirs) {
    await using store = await openStore({ path: join(dataDir, 'readings.db') });
    for (const [name, times] of await foundIn(store, series)) found.set(name, (found.get(name) ?? 0) + times);
  }
  return found;
}
