import type { Store } from '@hearth/store';
import type { Backups } from '../backups/backups.ts';
import type { Bridge } from '../bridge/bridge.ts';
import type { Devices } from '../devices/devices.ts';
import type { Probe } from '../probe/probe.ts';
import type { Retention } from '../retention.ts';
import { storagePromise } from '../storage-promise.ts';
import type { Present } from './observer.ts';

/** How long what was learnt of the disk is good for: asking for it reads all series. */
const storageMs = 5 * 60_000;

/** Makes the function that gives what alerts are judged by, as it is now. */
export function lookAround(parts: {
  devices: Pick<Devices, 'list' | 'rooms'>;
  bridge: Pick<Bridge, 'state'>;
  backups: Pick<Backups, 'state'>;
  store: Pick<Store, 'state' | 'usage'>;
  /** How long readings are kept. */
  retention: Pick<Retention, 'rules'>;
  probe: Pick<Probe, 'failing'>;
  now: () => number;
}): () => Promise<Present> {
  const { devices, bridge, backups, store, retention, probe, now } = parts;
  let room: { freeB: number | null; years: number | null } = { freeB: null, years: null };
  let roomAt = -Infinity;
  return async () => {
    if (now() - roomAt > storageMs) {
      roomAt = now();
      const usage = await store.usage().catch(() => null);
      // A store that cannot be read is told by what it says of writing.
      if (usage) room = storagePromise(usage, retention.rules());
    }
    const { isConnected, since } = bridge.state();
    const failing = probe.failing();
    return {
      devices: devices.list(),
      rooms: devices.rooms(),
      broker: { isConnected, since },
      backup: backups.state(),
      probes: failing ? [{ leg: failing.leg, problem: failing.reason }] : [],
      storage: { freeB: room.freeB, years: room.years, isWritable: store.state().isWritable },
    };
  };
}
