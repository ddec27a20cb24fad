import { isNewer, type Key } from './key.ts';

interface Progress {
  newest: Key;
  /** The newest before the gap, while it is still hoped for. */
  from: Key;
  missing: Set<number>;
  until: number;
}

/** A device without a receipt for 60 s sends again what has none: after that a gap is for good. */
const patienceMs = 90_000;
/** Larger gaps are a counter that jumped. */
const missingMax = 10_000;

/**
 * How far each device's readings are dealt with. Readings that the broker acknowledged and lost (it was
 * killed) leave a gap in `seq`: a receipt beyond it would tell the device to forget them, so it waits until
 * the device has sent them again, or has had the time to.
 */
export function createGaps(now: () => number) {
  const devices = new Map<string, Progress>();

  return {
    newest: (device: string): Key | undefined => devices.get(device)?.newest,
    devices: (): Iterable<string> => devices.keys(),
    /** A reading is stored, or turned away for good. */
    hear(device: string, key: Key): void {
      const known = devices.get(device);
      if (!known) {
        devices.set(device, { newest: key, from: key, missing: new Set(), until: 0 });
        return;
      }
      const { newest, missing } = known;
      if (key.boot === known.from.boot) missing.delete(key.seq);
      if (!isNewer(key, newest)) return;
      const gap = key.boot === newest.boot ? key.seq - newest.seq - 1 : 0;
      if (gap > 0 && gap + missing.size <= missingMax) {
        if (missing.size === 0) Object.assign(known, { from: newest, until: now() + patienceMs });
        if (key.boot === known.from.boot)
          for (let seq = newest.seq + 1; seq < key.seq; seq++) missing.add(seq);
      }
      known.newest = key;
    },
    /** All readings up to here are dealt with. */
    upTo(device: string): Key | undefined {
      const known = devices.get(device);
      if (!known || known.missing.size === 0) return known?.newest;
      if (now() < known.until) return known.from;
      known.missing.clear();
      return known.newest;
    },
    forget(device: string): void {
      devices.delete(device);
    },
  };
}
