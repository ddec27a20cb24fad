import { anyDeviceFilter, DeviceId, Name, parseDeviceTopic, parseMessage } from '@hearth/contract';
import { Type, type Static } from 'typebox';
import { Check } from 'typebox/value';
import { coalesce } from '../devices/coalesce.ts';
import type { BrokerSession } from './broker-session.ts';
import type { Delivery } from './connection.ts';
import { isNewer, type Key } from './key.ts';
import { looseKey } from './rules.ts';

/** What one member tells the others: readings that it has dealt with, `[boot, seq]` by device. */
const StoredNote = Type.Object({
  from: Type.String({ maxLength: 64 }),
  stored: Type.Record(DeviceId, Type.Array(Type.Tuple([Type.Integer(), Type.Integer()]))),
});
/** A device that a member has; an empty message takes it back. */
const MemberDevice = Type.Object({
  from: Type.String({ maxLength: 64 }),
  name: Name,
  role: Type.Enum(['device', 'gateway']),
});
export type MemberDevice = Omit<Static<typeof MemberDevice>, 'from'>;

/** What members tell each other is gathered for this long: as long as receipts wait. */
const noteMs = 50;
/** Numbers above the receipt remembered per device: an hour's worth of a device that reports each second. */
const rememberedMax = 4000;

/** Several apis that share one broker's readings, each stored by one of them. */
export interface Group {
  /** Wanted by every member: who is there, what devices answer, and what the others say. */
  filters: readonly string[];
  /** Each message of these goes to one member. */
  shared(filters: readonly string[]): string[];
  /** This member has stored a reading, or turned it away for good. */
  noteStored(device: string, key: Key): void;
  /** Tells the others of a device; null takes it back. */
  tellDevice(id: string, device: MemberDevice | null): Promise<void>;
  /** Takes what members say, and readings that another has; false for what this member has to deal with. */
  hear(delivery: Delivery): boolean;
  /** A receipt is never taken back, also where this member knows less than the one that gave it. */
  isOlderReceipt(device: string, receipt: Key): boolean;
  stop(): void;
}

/**
 * `member` is a name of its own for this process. `onStored` is told what others have dealt with, `onReceipt`
 * how far a device's receipts have come (a member that is killed gave one and never said what it had stored),
 * `onDevice` which devices they have.
 */
export function createGroup(parts: {
  name: string;
  member: string;
  publish: BrokerSession['publish'];
  onStored: (device: string, key: Key) => void;
  onReceipt: (device: string, receipt: Key) => void;
  onDevice: (id: string, device: MemberDevice | null) => void;
}): Group {
  const { name, member, publish, onStored, onReceipt, onDevice } = parts;
  const storedTopic = `hearth/peers/${name}/stored`;
  const devicePrefix = `hearth/peers/${name}/device/`;
  const receipts = new Map<string, Key>();
  const others = createRemembered();
  let fresh: Record<string, [boot: number, seq: number][]> = {};

  const tell = coalesce(noteMs, () => {
    const stored = fresh;
    fresh = {};
    // Lost with the connection: the others wait for a gap to fill, as for a reading that was lost.
    publish(storedTopic, JSON.stringify({ from: member, stored })).catch(() => {});
  });
  const hearReceipt = (device: string, payload: Uint8Array): void => {
    if (payload.length === 0) {
      receipts.delete(device);
      others.forget(device);
      return;
    }
    const receipt = parseMessage('receipt', payload);
    if (!receipt.ok || isOlder(device, receipt.value)) return;
    receipts.set(device, receipt.value);
    others.release(device, receipt.value);
    onReceipt(device, receipt.value);
  };
  const isOlder = (device: string, receipt: Key): boolean => {
    const known = receipts.get(device);
    return known !== undefined && isNewer(known, receipt);
  };
  const isStoredByOther = (device: string, key: Key): boolean => {
    const receipt = receipts.get(device);
    return (receipt !== undefined && !isNewer(key, receipt)) || others.has(device, key);
  };
  const hearNote = (payload: Uint8Array): void => {
    const note = parseJson(payload);
    if (!Check(StoredNote, note) || note.from === member) return;
    for (const [device, keys] of Object.entries(note.stored))
      for (const [boot, seq] of keys) {
        others.add(device, { boot, seq });
        onStored(device, { boot, seq });
      }
  };
  const hearDevice = (id: string, payload: Uint8Array): void => {
    if (!Check(DeviceId, id)) return;
    const device = parseJson(payload);
    if (payload.length === 0) onDevice(id, null);
    else if (Check(MemberDevice, device) && device.from !== member) onDevice(id, device);
  };

  return {
    filters: [storedTopic, `${devicePrefix}+`, anyDeviceFilter('receipt')],
    shared: (filters) => filters.map((filter) => `$share/${name}/${filter}`),
    noteStored(device, { boot, seq }) {
      (fresh[device] ??= []).push([boot, seq]);
      tell.soon();
    },
    tellDevice: (id, device) =>
      publish(`${devicePrefix}${id}`, device ? JSON.stringify({ from: member, ...device }) : '', {
        isRetained: true,
      }),
    hear({ topic, payload, acknowledge }) {
      const native = parseDeviceTopic(topic);
      if (native?.kind === 'receipt') hearReceipt(native.device, payload);
      else if (topic === storedTopic) hearNote(payload);
      else if (topic.startsWith(devicePrefix)) hearDevice(topic.slice(devicePrefix.length), payload);
      else if (native?.kind !== 'reading') return false;
      else {
        const key = looseKey(payload);
        if (!key || !isStoredByOther(native.device, key)) return false;
      }
      acknowledge();
      return true;
    },
    isOlderReceipt: isOlder,
    stop: () => tell.stop(),
  };
}

/** Single readings that others have stored and that no receipt covers yet. */
function createRemembered() {
  const byDevice = new Map<string, Map<string, Key>>();
  const nameOf = ({ boot, seq }: Key): string => `${boot}/${seq}`;
  return {
    has: (device: string, key: Key): boolean => byDevice.get(device)?.has(nameOf(key)) ?? false,
    add(device: string, key: Key): void {
      const keys = byDevice.get(device) ?? new Map<string, Key>();
      byDevice.set(device, keys.set(nameOf(key), key));
      const [oldest] = keys.size > rememberedMax ? keys.keys() : [];
      if (oldest !== undefined) keys.delete(oldest);
    },
    forget: (device: string) => void byDevice.delete(device),
    release(device: string, receipt: Key): void {
      const keys = byDevice.get(device);
      for (const [each, key] of keys ?? []) if (!isNewer(key, receipt)) keys?.delete(each);
    },
  };
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString());
  } catch {
    return undefined;
  }
}
