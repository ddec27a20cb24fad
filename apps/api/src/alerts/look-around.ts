import type { Store } from '@hearth/store';
import type { AvailabilityWatch } from '../availability/availability.ts';
import type { Backups } from '../backups/backups.ts';
import type { Bridge, BrokerLogin } from '../bridge/bridge.ts';
import type { Batteries } from '../monitoring/batteries.ts';
import type { Devices } from '../devices/devices.ts';
import type { Probe } from '../probe/probe.ts';
import type { Retention } from '../retention.ts';
import { storagePromise } from '../storage-promise.ts';
import { certificateEnd } from './certificate-end.ts';
import type { Present } from './observer.ts';

/** How long what was learnt of the disk is good for: asking for it reads all series. */
const storageMs = 5 * 60_000;
/** Between two looks at the broker's certificate, which is renewed while it runs. */
const certificateMs = 6 * 3_600_000;

/** Makes the function that gives what alerts are judged by, as it is now. */
export function lookAround(parts: {
  devices: Pick<Devices, 'list' | 'rooms' | 'clockAheadMs' | 'heardDays' | 'gatewayOf'>;
  bridge: Pick<Bridge, 'state' | 'control'>;
  backups: Pick<Backups, 'state'>;
  store: Pick<Store, 'state' | 'usage'>;
  /** How long readings are kept. */
  retention: Pick<Retention, 'rules'>;
  probe: Pick<Probe, 'failing'>;
  batteries: Pick<Batteries, 'known'>;
  availability: Pick<AvailabilityWatch, 'objectives'>;
  login: Pick<BrokerLogin, 'brokerUrl'>;
  now: () => number;
}): () => Promise<Present> {
  const { devices, bridge, backups, store, retention, probe, batteries, availability, login, now } = parts;
  const certificate = createCertificateWatch(() => certificateEnd(login.brokerUrl, bridge.control), now);
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
      clockAheadMs: devices.clockAheadMs,
      batteryEmptyAt: (device) => batteries.known(device)?.emptyAt ?? null,
      gatewayOf: devices.gatewayOf,
      comings: devices.heardDays.comings,
      broker: { isConnected, since },
      backup: backups.state(),
      objectives: availability.objectives(),
      certificateEndsAt: certificate(),
      probes: failing ? [{ leg: failing.leg, problem: failing.reason }] : [],
      storage: { freeB: room.freeB, years: room.years, isWritable: store.state().isWritable },
    };
  };
}

/** The end as it was seen last. It is asked for in the background: whoever does not answer holds nothing up. */
function createCertificateWatch(ask: () => Promise<number | null>, now: () => number): () => number | null {
  let endsAt: number | null = null;
  let askAt = -Infinity;
  return () => {
    if (now() >= askAt) {
      askAt = now() + certificateMs;
      ask().then(
        (found) => void (endsAt = found),
        // What was seen holds on; the broker's absence is told by itself.
        () => void (askAt = now() + storageMs),
      );
    }
    return endsAt;
  };
}
