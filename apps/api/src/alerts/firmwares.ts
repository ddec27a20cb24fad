import type { Database } from 'better-sqlite3';
import { openSetting } from '../settings.ts';

/** Which firmware a device ran last, and since when; null: since we know it. */
export interface Firmware {
  version: string;
  changedAt: number | null;
}

/** What is known of devices' firmware, by device. */
export interface Firmwares {
  get(device: string): Firmware | undefined;
  set(device: string, firmware: Firmware): void;
  delete(device: string): void;
}

/** Kept in hearth.db: a change is watched for a day, and may be what we were restarted for. */
export function openFirmwares(db: Database): Firmwares {
  const kept = openSetting(db, 'alert-firmwares');
  const known = new Map(Object.entries(JSON.parse(kept.get() ?? '{}') as { [device: string]: Firmware }));
  const save = (): void => kept.set(JSON.stringify(Object.fromEntries(known)));
  return {
    get: (device) => known.get(device),
    set(device, firmware) {
      known.set(device, firmware);
      save();
    },
    delete(device) {
      if (known.delete(device)) save();
    },
  };
}
