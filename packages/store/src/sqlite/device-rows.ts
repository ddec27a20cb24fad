import { newDevice, type DeviceState } from '../hot/device.ts';
import type { Snapshot } from '../hot/snapshot.ts';
import { Spans } from '../hot/spans.ts';
import type { Connection } from './database.ts';

/** What the database has of devices beside their history: names, counters, spans, newest readings. */
export interface DeviceRows {
  /** Of every device, as after its last seal. */
  load(): Map<string, DeviceState>;
  /** Its id, made where it is missing. To be used within a transaction, like the next. */
  idOf(device: Pick<DeviceState, 'id' | 'name'>): number;
  /** Writes the counters and newest readings of a snapshot. */
  save(snapshot: Snapshot, id: number): void;
}

interface DeviceRow {
  id: number;
  name: string;
  duplicates: number;
  sealedFrame: number;
}

interface LatestRow {
  device: number;
  quantity: string;
  at: number;
  value: number | null;
  receivedAt: number;
  isLate: number;
  fault: string | null;
}

interface SpanRow {
  device: number;
  boot: number;
  first: number;
  last: number;
  firstAt: number | null;
  lastAt: number | null;
}

export function openDeviceRows(db: Connection): DeviceRows {
  return { load: () => loadDevices(db), ...openSaving(db) };
}

function loadDevices(db: Connection): Map<string, DeviceState> {
  const byId = new Map<number, DeviceState>();
  const devices = db.prepare<[], DeviceRow>(
    'SELECT id, name, duplicates, sealed_frame AS sealedFrame FROM device',
  );
  for (const { id, name, duplicates, sealedFrame } of devices.all())
    byId.set(id, { ...newDevice(name), id, duplicates, sealedFrame });
  const latest = db.prepare<[], LatestRow>(
    'SELECT device, quantity, at, value, received_at AS receivedAt, is_late AS isLate, fault FROM latest',
  );
  for (const { device, quantity, at, value, receivedAt, isLate, fault } of latest.all())
    byId
      .get(device)!
      .latest.set(quantity, { at, value: value ?? NaN, receivedAt, isLate: isLate === 1, fault });
  const spans = db.prepare<[], SpanRow>(
    'SELECT device, boot, first, last, first_at AS firstAt, last_at AS lastAt FROM span ORDER BY device, boot, first',
  );
  for (const { device, boot, first, last, firstAt, lastAt } of spans.all()) {
    const { boots } = byId.get(device)!;
    let ofBoot = boots.get(boot);
    if (!ofBoot) boots.set(boot, (ofBoot = new Spans()));
    ofBoot.list.push({ first, last, firstAt: firstAt ?? NaN, lastAt: lastAt ?? NaN });
  }
  return new Map([...byId.values()].map((device) => [device.name, device]));
}

function openSaving(db: Connection): Pick<DeviceRows, 'idOf' | 'save'> {
  const addDevice = db.prepare<[string], number>('INSERT INTO device (name) VALUES (?) RETURNING id').pluck();
  const putLatest = db.prepare<[number, string, number, number | null, number, number, string | null]>(
    'INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const putDevice = db.prepare<[number, number, number]>(
    'UPDATE device SET duplicates = ?, sealed_frame = ? WHERE id = ?',
  );
  const dropSpans = db.prepare<[number, number]>('DELETE FROM span WHERE device = ? AND boot = ?');
  const putSpan = db.prepare<[number, number, number, number, number | null, number | null]>(
    'INSERT INTO span (device, boot, first, last, first_at, last_at) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const countRepeats = db.prepare<[number, number, number]>(
    `INSERT INTO repeat VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count`,
  );
  const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

  return {
    idOf: ({ id, name }) => id ?? addDevice.get(name)!,
    save({ duplicates, latest, boots, repeats, frame }, id) {
      putDevice.run(duplicates, frame, id);
      for (const [quantity, { at, value, receivedAt, isLate, fault }] of latest)
        putLatest.run(id, quantity, at, orNull(value), receivedAt, isLate ? 1 : 0, fault);
      for (const [boot, { list }] of boots) {
        dropSpans.run(id, boot);
        for (const { first, last, firstAt, lastAt } of list)
          putSpan.run(id, boot, first, last, orNull(firstAt), orNull(lastAt));
      }
      for (const [hour, count] of repeats) countRepeats.run(id, hour, count);
    },
  };
}
