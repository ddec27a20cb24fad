import { isNewer, type Key } from './key.ts';

/** Readings `first` to `last` of one boot that did not come. */
interface Gap {
  /** The newest before the gap: how far a receipt may go meanwhile. null when the device's first are missing. */
  after: Key | null;
  boot: number;
  first: number;
  last: number;
  /** When it is given up; Infinity while that is not known. */
  until: number;
}

interface Progress {
  newest: Key;
  /** In their order; what is missing in them is still hoped for. */
  gaps: Gap[];
}

/** A device without a receipt for 60 s sends again what has none: after that a gap is for good. */
const patienceMs = 90_000;
/** Larger gaps are a counter that jumped. */
const missingMax = 10_000;

/**
 * How far each device's readings are dealt with. Readings that the broker acknowledged and lost (it was
 * killed) leave a gap in (boot, seq): a receipt beyond it would tell the device to forget them, so it waits
 * until the device has sent them again, or has had the time to.
 * @param monotonicMs A clock that is never set: one that is, after a power cut, would end all patience.
 */
export function createGaps(monotonicMs: () => number) {
  const devices = new Map<string, Progress>();
  let isHeld = false;
  const patienceEnd = (): number => (isHeld ? Infinity : monotonicMs() + patienceMs);
  const setAll = (until: number): void => {
    for (const { gaps } of devices.values()) for (const gap of gaps) gap.until = until;
  };
  /** Whether the first of its gaps was given up. */
  const dropEnded = ({ gaps }: Progress): boolean => {
    const before = gaps.length;
    while (gaps[0] && gaps[0].until <= monotonicMs()) gaps.shift();
    return gaps.length < before;
  };

  return {
    newest: (device: string): Key | undefined => devices.get(device)?.newest,
    devices: (): Iterable<string> => devices.keys(),
    /** A reading is stored, or turned away for good; with `last` all of that boot from it to there. */
    hear(device: string, { boot, seq }: Key, last = seq): void {
      const known = devices.get(device);
      const before = known?.newest ?? null;
      const gaps = known?.gaps ?? [];
      const newest = { boot, seq: last };
      const until = patienceEnd();
      if (before && !isNewer(newest, before)) {
        fill(gaps, { boot, seq }, until);
        return;
      }
      // Numbers begin at 1 in each boot.
      const first = before?.boot === boot ? before.seq + 1 : 1;
      const missing = gaps.reduce((sum, gap) => sum + gap.last - gap.first + 1, seq - first);
      if (seq > first && missing <= missingMax)
        gaps.push({ after: before, boot, first, last: seq - 1, until });
      devices.set(device, { newest, gaps });
    },
    /** Somebody else gave the device this receipt: it has forgotten all up to there and sends none of it again. */
    settle(device: string, receipt: Key): void {
      const known = devices.get(device);
      if (!known || isNewer(receipt, known.newest)) devices.set(device, { newest: receipt, gaps: [] });
      else known.gaps = known.gaps.flatMap((gap) => behind(gap, receipt));
    },
    /** All readings up to here are dealt with; undefined while the very first are missing. */
    upTo(device: string): Key | undefined {
      const known = devices.get(device);
      if (known) dropEnded(known);
      const [gap] = known?.gaps ?? [];
      return gap ? (gap.after ?? undefined) : known?.newest;
    },
    /**
     * Readings that have not come and may still. Of a boot only those behind the first that came: a device may
     * be added midway, and nothing before was ever to come.
     */
    awaited(device: string): number {
      const waiting = (devices.get(device)?.gaps ?? []).filter(
        ({ first, until }) => first > 1 && until > monotonicMs(),
      );
      return waiting.reduce((sum, gap) => sum + gap.last - gap.first + 1, 0);
    },
    /** Gives up what had its time: of which devices, and when the next has had it (Infinity: none waits). */
    giveUp(): { devices: string[]; nextAt: number } {
      const ended = [...devices].filter(([, known]) => dropEnded(known)).map(([device]) => device);
      let nextAt = Infinity;
      for (const { gaps } of devices.values()) for (const { until } of gaps) nextAt = Math.min(nextAt, until);
      return { devices: ended, nextAt };
    },
    /** Gives nothing up until `giveTime`: without the broker no device can fill its gaps. */
    hold(): void {
      isHeld = true;
      setAll(Infinity);
    },
    /** Begins all patience anew: the broker is back. */
    giveTime(): void {
      isHeld = false;
      setAll(patienceEnd());
    },
    forget(device: string): void {
      devices.delete(device);
    },
  };
}

/** What of a gap is newer than the receipt. */
function behind(gap: Gap, receipt: Key): Gap[] {
  if (!isNewer({ boot: gap.boot, seq: gap.last }, receipt)) return [];
  if (isNewer({ boot: gap.boot, seq: gap.first }, receipt)) return [gap];
  return [{ ...gap, after: receipt, first: receipt.seq + 1 }];
}

/** Takes a reading out of its gap. All others have until `until` at least: they are on their way behind it. */
function fill(gaps: Gap[], { boot, seq }: Key, until: number): void {
  const index = gaps.findIndex((gap) => gap.boot === boot && gap.first <= seq && seq <= gap.last);
  const gap = gaps[index];
  if (!gap) return;
  const before = { ...gap, last: seq - 1 };
  const after = { ...gap, after: { boot, seq }, first: seq + 1 };
  gaps.splice(index, 1, ...[before, after].filter(({ first, last }) => first <= last));
  for (const each of gaps) each.until = Math.max(each.until, until);
}
