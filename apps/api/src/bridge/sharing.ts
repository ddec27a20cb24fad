import { anyDeviceFilter, parseDeviceTopic } from '@hearth/contract';
import type { Log } from '@hearth/part';
import { randomBytes } from 'node:crypto';
import type { Devices } from '../devices/devices.ts';
import type { BrokerSession } from './broker-session.ts';
import type { NewCredential } from './control.ts';
import { createGroup, type Group, type MemberDevice } from './group.ts';
import type { Key } from './key.ts';
import { takenKinds } from './read-message.ts';
import type { Receipts } from './receipts.ts';

/** What the bridge subscribes to. In a group a reading is one member's; all else is everybody's. */
export function filtersOf(group: Group | null, foreign: readonly string[]): string[] {
  if (!group) return [...takenKinds.map(anyDeviceFilter), ...foreign];
  const common = takenKinds.filter((kind) => kind !== 'reading').map(anyDeviceFilter);
  // The receipts first: whoever has them knows what the others have stored.
  return [...group.filters, ...common, ...group.shared([anyDeviceFilter('reading'), ...foreign])];
}

/** Makes this api a member of a group: what it stores and adds the others hear, and the other way round. */
export function startGroup(parts: {
  name: string;
  publish: BrokerSession['publish'];
  devices: Devices;
  log: Log;
  receipts: () => Receipts;
  forget: (device: string) => void;
}) {
  const { name, publish, devices, log } = parts;
  const member = randomBytes(4).toString('hex');
  const group = createGroup({
    name,
    member,
    publish,
    onStored: (device, key) => {
      if (devices.get(device)) parts.receipts().note(device, key);
    },
    onReceipt: (device, receipt) => parts.receipts().settle(device, receipt),
    onDevice(id, device) {
      try {
        if (device) adopt(id, device);
        else drop(id);
      } catch (error) {
        log.error({ error, device: id }, 'a device of the group could not be written down');
      }
    },
  });
  const adopt = (id: string, { name: called, role }: MemberDevice): void => {
    if (devices.isFree(id)) devices.add({ id, name: called, role, isDemo: false, source: 'contract' });
  };
  const drop = (id: string): void => {
    if (devices.get(id)?.source !== 'contract') return;
    devices.remove([id]);
    parts.forget(id);
  };

  return {
    ...group,
    member,
    /** The receipts of this member's own work, which the others are to hear of as well. */
    telling: (receipts: Receipts): Receipts => ({
      ...receipts,
      note(device: string, key: Key) {
        receipts.note(device, key);
        group.noteStored(device, key);
      },
    }),
    /** Publishes a receipt unless a member that knows more has. */
    publishReceipt: (...message: Parameters<BrokerSession['publish']>): Promise<void> => {
      const [topic, payload] = message;
      const device = parseDeviceTopic(topic)!.device;
      if (group.isOlderReceipt(device, JSON.parse(String(payload)) as Key)) return Promise.resolve();
      return publish(...message);
    },
    /** Tells of all devices, after the connection was made. */
    tellDevices(): void {
      const gateways = new Set(devices.gatewayIds());
      for (const { id, name: called, source } of devices.list()) {
        if (source !== 'contract') continue;
        const role = gateways.has(id) ? 'gateway' : 'device';
        group.tellDevice(id, { name: called, role }).catch(() => {});
      }
    },
    async tellAdded(added: readonly NewCredential[]): Promise<void> {
      const roles = added.flatMap(({ id, role }) => (role === 'admin' ? [] : { id, role }));
      await Promise.all(roles.map(({ id, role }) => group.tellDevice(id, { name: id, role })));
    },
    async tellRemoved(ids: readonly string[]): Promise<void> {
      await Promise.all(ids.map((id) => group.tellDevice(id, null)));
    },
  };
}
