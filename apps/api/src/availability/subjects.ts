import type { AvailabilityState, Device, Room, Subject } from '@hearth/contract';

/** What the platform itself knows of its legs. */
export interface Legs {
  broker: boolean;
  store: boolean;
  /** Since when the broker is connected, or away; null while it never was. */
  brokerSince: number | null;
}

const minuteMs = 60_000;

/** How long devices have to come back after an outage of ours: they wait a while before they try again. */
const comeBackMs = 2 * minuteMs;

/** A subject as a key of tables and maps: `device/hall`, `home`. */
export function keyOf(subject: Subject): string {
  return 'id' in subject ? `${subject.kind}/${subject.id}` : subject.kind;
}

/** The subject of a key. */
export function subjectOf(key: string): Subject {
  const [kind, id] = key.split('/');
  return (id === undefined ? { kind } : { kind, id }) as Subject;
}

/** How everything stands now, by key. Devices that were never heard, and rooms without a device, are not there. */
export function lookAt(
  { devices, rooms, legs }: { devices: readonly Device[]; rooms: readonly Room[]; legs: Legs },
  now: number,
): Map<string, AvailabilityState> {
  const states = new Map<string, AvailabilityState>([
    ['leg/api', 'up'],
    ['leg/broker', legs.broker ? 'up' : 'down'],
    ['leg/store', legs.store ? 'up' : 'down'],
  ]);
  const byDevice = new Map<string, AvailabilityState>();
  for (const device of devices) {
    if (device.role !== 'device' || device.source === 'import' || device.lastMessageAt === null) continue;
    const found = stateOf(device);
    // What we cannot hear, and who has yet to come back to us, is no fault of the device.
    const isBlamed = legs.broker && legs.store && now - (legs.brokerSince ?? now) > comeBackMs;
    const state = isBlamed || (found === 'up' && legs.broker) ? found : 'unknown';
    byDevice.set(device.id, state);
    states.set(`device/${device.id}`, state);
  }
  const ofRooms: AvailabilityState[] = [];
  for (const room of rooms) {
    const state = worst(room.deviceIds.flatMap((id) => byDevice.get(id) ?? []));
    if (state === null) continue;
    ofRooms.push(state);
    states.set(`room/${room.id}`, state);
  }
  const ofHome = legs.broker && legs.store ? worst(ofRooms) : 'down';
  if (ofHome !== null) states.set('home', ofHome);
  return states;
}

/** A device is up while it is connected, where it has a connection, and not all of its values are silent. */
function stateOf({ isOnline, freshness = {} }: Device): AvailabilityState {
  if (isOnline === false) return 'down';
  const states = Object.values(freshness).map(({ state }) => state);
  if (states.length === 0) return isOnline ? 'up' : 'unknown';
  return states.every((state) => state === 'silent') ? 'down' : 'up';
}

/** What is made of several is up when all are; null of none. */
function worst(states: readonly AvailabilityState[]): AvailabilityState | null {
  if (states.length === 0) return null;
  if (states.includes('down')) return 'down';
  return states.includes('up') ? 'up' : 'unknown';
}
