import type { Command, Device, LiveEvents, ReadingEvent } from '@hearth/contract';

/** The events of the stream that change devices. */
export type DeviceChange =
  | { event: 'reading'; data: LiveEvents['reading'] }
  | { event: 'device'; data: Device }
  | { event: 'command'; data: Command }
  | { event: 'removed'; data: LiveEvents['removed'] };

/** What a batch of changes makes of the device list. */
export interface Applied {
  devices: Device[];
  /** A reading came of a device that the list does not have: it must be fetched. */
  hasUnknown: boolean;
}

function withReading(device: Device, { latest, lastMessageAt, freshness }: ReadingEvent): Device {
  const patched = { ...device, latest: { ...device.latest, ...latest }, lastMessageAt };
  return freshness ? { ...patched, freshness } : patched;
}

/** How far a command has come; it never goes back. */
const progress: Readonly<Record<Command['state'], number>> = {
  sending: 0,
  waiting: 1,
  accepted: 2,
  unconfirmed: 3,
  refused: 4,
  confirmed: 4,
};

/** An older command must not overwrite a newer one: answers and events arrive on different ways. */
function withCommand(device: Device, command: Command): Device {
  const current = device.command;
  if (current && current.requestedAt > command.requestedAt) return device;
  if (current?.id === command.id && progress[command.state] < progress[current.state]) return device;
  return { ...device, command };
}

/** Applies changes in order. Devices that did not change keep their identity, so their cards are not drawn. */
export function applyChanges(devices: Device[], changes: readonly DeviceChange[]): Applied {
  const byId = new Map(devices.map((device) => [device.id, device]));
  let hasUnknown = false;
  for (const change of changes) {
    if (change.event === 'device') byId.set(change.data.id, change.data);
    else if (change.event === 'removed') for (const id of change.data.deviceIds) byId.delete(id);
    else {
      const device = byId.get(change.data.deviceId);
      if (!device) hasUnknown = true;
      else if (change.event === 'reading') byId.set(device.id, withReading(device, change.data));
      else byId.set(device.id, withCommand(device, change.data));
    }
  }
  return { devices: [...byId.values()], hasUnknown };
}

const answersUnderWay = new Set<DeviceChange[]>();

/** Keeps changes for the device lists that are being fetched: an answer may have left the server before them. */
export function noteChanges(changes: readonly DeviceChange[]): void {
  for (const noted of answersUnderWay) noted.push(...changes);
}

/** A fetched device list with what the stream brought while it was under way; what it had already stays as it is. */
export async function withChangesMeanwhile(fetchDevices: () => Promise<Device[]>): Promise<Device[]> {
  const meanwhile: DeviceChange[] = [];
  answersUnderWay.add(meanwhile);
  try {
    return applyChanges(await fetchDevices(), meanwhile).devices;
  } finally {
    answersUnderWay.delete(meanwhile);
  }
}
