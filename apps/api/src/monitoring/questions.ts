import type { Log } from '@hearth/part';
import type { Database } from 'better-sqlite3';
import type { Bridge } from '../bridge/bridge.ts';
import type { Devices } from '../devices/devices.ts';
import { openAskedDays, type AskedDays } from './asked-days.ts';
import { startAsking, type Asking } from './asking.ts';

/** Questions to devices, Hearth's own and people's, and what became of them. */
export interface Questions extends Disposable {
  asking: Asking;
  askedDays: AskedDays;
}

/** Begins to ask, each device every `periodS`; 0: nobody is asked. */
export function startQuestions(parts: {
  db: Database;
  devices: Pick<Devices, 'list'>;
  bridge: Pick<Bridge, 'ask'>;
  periodS: number;
  timeZone: () => string;
  now: () => number;
  monotonicMs: () => number;
  log: Log;
}): Questions {
  const { db, devices, bridge, periodS, timeZone, now, monotonicMs, log } = parts;
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
    [Symbol.dispose]() {
      asking[Symbol.dispose]();
      askedDays[Symbol.dispose]();
    },
  };
}
