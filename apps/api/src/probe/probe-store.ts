import { probeIds, type QuantityName } from '@hearth/contract';
import type { Arrival, Store } from '@hearth/store';

/** A reading of the probe on its way to the disk. */
interface OnItsWay {
  /** The bridge has handed it to the store. */
  handed: Promise<void>;
  /** It is on disk. */
  stored: Promise<void>;
}

/** The store, and the readings of the probe apart from it. */
export interface ProbeStore {
  /** As everybody else sees it: the probe's readings go in as all do, and are in no list of what there is. */
  store: Store;
  /** To be called before it is published. */
  expect(key: { boot: number; seq: number }): OnItsWay;
  /** What was measured then; null for nothing. */
  valueAt(at: number): Promise<number | null>;
  forget(): Promise<void>;
}

/** What the probe reports is a number that nobody reads, under a quantity that takes any. */
export const probeQuantity: QuantityName = 'power';

/** Whether something is about a device that the house has, and not about the probe. */
export const isOfTheHouse = ({ device }: { device: string }): boolean => device !== probeIds.device;

/** Lets the probe's readings go through a store without being seen by those who ask it what it has. */
export function keepProbeApart(store: Store): ProbeStore {
  let awaited: { name: string; handed: () => void; stored: (on: Promise<unknown>) => void } | null = null;
  const nameOf = ({ boot, seq }: { boot: number; seq: number }): string => `${boot}/${seq}`;
  const isAwaited = ({ device, key }: Arrival): boolean =>
    device === probeIds.device && key !== null && nameOf(key) === awaited?.name;

  let ownStored = 0;
  const noteOwn = (arrivals: readonly Arrival[], fates: readonly string[]): void => {
    ownStored += arrivals.filter((arrival, i) => !isOfTheHouse(arrival) && fates[i] === 'stored').length;
  };

  return {
    store: {
      ...store,
      state() {
        const state = store.state();
        return { ...state, readings: state.readings - ownStored };
      },
      append(arrivals, ...rest) {
        const onDisk = store.append(arrivals, ...rest);
        void onDisk.then(
          (fates) => noteOwn(arrivals, fates),
          () => {},
        );
        if (awaited && arrivals.some(isAwaited)) {
          awaited.handed();
          awaited.stored(onDisk);
        }
        return onDisk;
      },
      latest: async () => (await store.latest()).filter(isOfTheHouse),
      extents: async () => (await store.extents()).filter(isOfTheHouse),
      progress: async () => (await store.progress()).filter(isOfTheHouse),
      spans: async () => (await store.spans()).filter(isOfTheHouse),
      async usage() {
        const usage = await store.usage();
        return { ...usage, series: usage.series.filter(isOfTheHouse) };
      },
    },
    expect(key) {
      const handed = Promise.withResolvers<void>();
      const stored = Promise.withResolvers<void>();
      // Nobody may be waiting for it yet when the disk refuses.
      stored.promise.catch(() => {});
      awaited = {
        name: nameOf(key),
        handed: handed.resolve,
        stored: (onDisk) => void onDisk.then(() => stored.resolve(), stored.reject),
      };
      return { handed: handed.promise, stored: stored.promise };
    },
    async valueAt(at) {
      const query = { device: probeIds.device, quantity: probeQuantity, from: at, to: at + 1 };
      return (await store.raw(query)).value.at(-1) ?? null;
    },
    forget: () => store.forget([probeIds.device]),
  };
}
