import type { QuantityName } from '@hearth/contract';
import { rhythmOf, type Moment, type Watched } from '@hearth/monitor';
import type { Database } from 'better-sqlite3';
import { openSetting } from '../settings.ts';

/** What is known of a device's values. */
export type WatchedDevice = Map<QuantityName, Watched>;

/** Our own moment when something was kept, and the Unix ms of it. */
interface KeptAt {
  moment: Moment;
  at: number;
}

/** A value as it is kept: its rhythm is worked out again from the intervals. */
type KeptValue = Omit<Watched, 'rhythm' | 'handedInMs'> & { intervals: number[]; longestMs: number };

/** What was learned of devices, in hearth.db: about 300 bytes a value. */
export function openRhythms(db: Database) {
  const setting = openSetting(db, 'monitoring');
  const select = db.prepare<[], { device: string; learned: string }>('SELECT device, learned FROM rhythm');
  const clear = db.prepare('DELETE FROM rhythm');
  const insert = db.prepare('INSERT INTO rhythm (device, learned) VALUES (?, ?)');

  return {
    /** Undefined before anything was kept. */
    keptAt(): KeptAt | undefined {
      const text = setting.get();
      return text === undefined ? undefined : (JSON.parse(text) as KeptAt);
    },
    load(): Map<string, WatchedDevice> {
      return new Map(select.all().map(({ device, learned }) => [device, toWatched(learned)]));
    },
    /** All of it, in one transaction. @throws when the disk refuses. */
    save(watched: ReadonlyMap<string, WatchedDevice>, keptAt: KeptAt): void {
      db.transaction(() => {
        clear.run();
        for (const [device, values] of watched) insert.run(device, toText(values));
        setting.set(JSON.stringify(keptAt));
      })();
    },
  };
}

function toText(values: WatchedDevice): string {
  const kept = [...values].map(([quantity, { heard, liveSinceMs, rhythm }]): [QuantityName, KeptValue] => {
    const { intervals, longestMs } = rhythm;
    return [quantity, { heard, liveSinceMs, intervals: [...intervals], longestMs }];
  });
  return JSON.stringify(Object.fromEntries(kept));
}

function toWatched(text: string): WatchedDevice {
  const kept = Object.entries(JSON.parse(text) as Record<QuantityName, KeptValue>);
  return new Map(
    kept.map(([quantity, { heard, liveSinceMs, intervals, longestMs }]) => [
      quantity as QuantityName,
      { heard, liveSinceMs, handedInMs: null, rhythm: rhythmOf(intervals, longestMs) },
    ]),
  );
}
