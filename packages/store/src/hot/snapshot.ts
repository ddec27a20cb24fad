import type { Columns } from './columns.ts';
import { changedBoots, type DeviceState } from './device.ts';
import type { Spans } from './spans.ts';

/** What of a device is sealed together: all that is hot, and its counters, as they were at one moment. */
export interface Snapshot {
  name: string;
  id: number | null;
  /** Of the journal: up to here everything is in it. */
  frame: number;
  at: number;
  hot: Columns;
  latest: DeviceState['latest'];
  /** Those whose spans changed since the last seal. */
  boots: ReadonlyMap<number, Spans>;
  duplicates: number;
  repeats: ReadonlyMap<number, number>;
  /** Of the device: how much it had taken, and what was done to what is sealed of it. */
  taken: number;
  revision: number;
}

/** Takes down what a device has; `hot` is good until more comes. @param frame the last that was applied */
export function takeSnapshot(device: DeviceState, frame: number, at: number): Snapshot {
  const { name, id, hot, latest, boots, duplicates, repeats, taken, revision } = device;
  hot.mark();
  return {
    name,
    id,
    frame,
    at,
    hot: hot.columns(),
    latest: latest.map((newest) => Object.assign({}, newest)),
    boots: new Map(changedBoots(device).map((boot) => [boot, boots.get(boot)!.copy()])),
    duplicates,
    repeats: new Map(repeats),
    taken,
    revision,
  };
}

/** Whether a snapshot can still be sealed: nothing that came since changed what is in it, or what it goes into. */
export function isCurrent(device: DeviceState, { hot, revision }: Snapshot): boolean {
  return device.revision === revision && device.hot.isAsMarked(hot.times.length);
}

/** A snapshot is sealed: only what came since is hot. @param id of the device */
export function settle(device: DeviceState, snapshot: Snapshot, id: number): void {
  device.id = id;
  device.revision++;
  device.sealedFrame = snapshot.frame;
  device.hot = device.hot.behind(snapshot.hot.times.length);
  const isAll = device.taken === snapshot.taken;
  device.hotSince = isAll ? null : { frame: snapshot.frame + 1, at: snapshot.at };
  for (const [boot, { taken }] of snapshot.boots) device.boots.get(boot)!.kept = taken;
  for (const [hour, count] of snapshot.repeats) {
    const left = device.repeats.get(hour)! - count;
    if (left > 0) device.repeats.set(hour, left);
    else device.repeats.delete(hour);
  }
}
