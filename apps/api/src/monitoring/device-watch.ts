import type { Log } from '@hearth/part';
import type { Store } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import type { Bridge } from '../bridge/bridge.ts';
import type { Devices } from '../devices/devices.ts';
import { openAskedDays, type AskedDays } from './asked-days.ts';
import { startAsking, type Asking } from './asking.ts';
import { createBatteries, type Batteries } from './batteries.ts';

/** What is known of devices beyond what they say by themselves: how they answer, and how long they last. */
export interface DeviceWatch extends Disposable {
  asking: Asking;
  askedDays: AskedDays;
  batteries: Batteries;
}

/** Begins to ask, each device every `periodS`; 0: nobody is asked. */
export function startDeviceWatch(parts: {
  db: Database;
  store: Pick<Store, 'points'>;
  devices: Pick<Devices, 'list'>;
  bridge: Pick<Bridge, 'ask'>;
  periodS: number;
  timeZone: () => string;
  now: () => number;
  monotonicMs: () => number;
  log: Log;
}): DeviceWatch {
  const { db, store, devices, bridge, periodS, timeZone, now, monotonicMs, log } = parts;
  const askedDays = openAskedDays(db, now, timeZone);
  const asking = startAsking({
    devices: () => devices.list(),
    ask: (device, question) => bridge.ask(device, question),
    onEnd: (id, outcome) => askedDays.note(id, outcome),
    periodMs: periodS * 1000,
    now,
    monotonicMs,
    log,
  });
  return {
    asking,
    askedDays,
    batteries: createBatteries(store, now),
    [Symbol.dispose]() {
      asking[Symbol.dispose]();
      askedDays[Symbol.dispose]();
    },
  };
}
