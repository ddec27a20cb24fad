import type { Connection } from './database.ts';

/** One series as the writer knows it. `newestAt` is the greatest `at` in it, null while it is empty. */
export interface Series {
  readonly id: number;
  newestAt: number | null;
}

/** The devices and series of a database, remembered in memory. */
export interface SeriesBook {
  /** The id of a device, which is made where it is missing. */
  deviceId(name: string): number;
  /** A series, which is made where it is missing. */
  of(device: number, quantity: string): Series;
  /** Drops what is remembered. */
  reset(): void;
}

/** The series book of this database. To be used within a transaction. */
export function openSeries(db: Connection): SeriesBook {
  const findDevice = db.prepare<[string], number>('SELECT id FROM device WHERE name = ?').pluck();
  const addDevice = db.prepare<[string], number>('INSERT INTO device (name) VALUES (?) RETURNING id').pluck();
  const findSeries = db.prepare<[number, string], Series>(
    `SELECT id, at AS newestAt FROM series LEFT JOIN latest ON latest.series = id
     WHERE device = ? AND quantity = ?`,
  );
  const addSeries = db
    .prepare<[number, string], number>('INSERT INTO series (device, quantity) VALUES (?, ?) RETURNING id')
    .pluck();
  const devices = new Map<string, number>();
  const known = new Map<number, Map<string, Series>>();

  return {
    deviceId(name) {
      let id = devices.get(name);
      if (id === undefined) {
        id = findDevice.get(name) ?? addDevice.get(name)!;
        devices.set(name, id);
      }
      return id;
    },
    of(device, quantity) {
      let ofDevice = known.get(device);
      if (!ofDevice) known.set(device, (ofDevice = new Map()));
      let one = ofDevice.get(quantity);
      if (!one) {
        one = findSeries.get(device, quantity) ?? { id: addSeries.get(device, quantity)!, newestAt: null };
        ofDevice.set(quantity, one);
      }
      return one;
    },
    reset() {
      devices.clear();
      known.clear();
    },
  };
}
