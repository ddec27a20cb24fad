import type { QuantityName } from '@hearth/contract';
import type { Adapter, AdapterMessage, AdapterSession, Outgoing, Said } from '../adapter.ts';
import { readJson } from '../json.ts';
import { Findings } from '../quantity.ts';
import { createAnnounced } from './announced.ts';
import type { Made } from './devices.ts';
import { discoveryFilters, readDiscovery } from './discovery.ts';
import type { Entity } from './entity.ts';

/** Largest state that is looked at, in bytes. */
const stateMaxBytes = 65_536;

/**
 * Whatever announces itself as Home Assistant has it: ESPHome, EMS-ESP, ebusd, BSB-LAN, OTGW, zwave-js-ui and many
 * more. Only what is of a home's heating is taken.
 */
export const homeAssistant: Adapter = {
  name: 'homeassistant',
  filters: discoveryFilters,
  isTimed: false,
  open,
};

function open(): AdapterSession {
  const announced = createAnnounced();
  return {
    read(message) {
      const found = readDiscovery(message.topic, message.payload);
      if (found) return announced.take(message, found);
      const devices = announced.devices().byTopic.get(message.topic);
      if (!devices || message.payload.length > stateMaxBytes) return [];
      const text = new TextDecoder().decode(message.payload);
      const parsed = readJson(message.payload);
      const json = parsed.ok ? parsed.value : undefined;
      announced.hear(message.topic, text, json);
      return devices.flatMap((device) =>
        tell(device, message, text, json).concat(presence(device, message.topic)),
      );
    },
    topics: announced.topics,
    set(id, setpoint): readonly Outgoing[] | null {
      const setter = announced.devices().byId.get(id)?.setter;
      const payload = setter?.payload(setpoint) ?? null;
      return setter && payload !== null ? [{ topic: setter.topic, payload }] : null;
    },
  };
}

/** A device is there while any of its entities is; said by what tells of that. */
function presence({ id, entities }: Made, topic: string): Said[] {
  if (!entities.some(({ availability }) => availability.topics.includes(topic))) return [];
  const all = entities.map(({ availability }) => availability.isAvailable()).filter((each) => each !== null);
  return [{ kind: 'presence', device: id, isOnline: all.includes(true) }];
}

/** What a state says of a device. Of an entity that is not there it says nothing, whatever stands in it. */
function tell(device: Made, message: AdapterMessage, text: string, json: unknown): Said[] {
  const { id, name, about, givers } = device;
  const findings = new Findings();
  for (const [quantity, entity] of givers) {
    if (entity.availability.isAvailable() === false) continue;
    for (const point of pointsAt(entity, quantity, message.topic))
      findings.add(quantity, point.read(text, json));
  }
  // The broker's copy of a state has no age: it makes the device known, and is no reading.
  const arrival = message.isRetained ? undefined : findings.measured(message.receivedAt);
  return [
    { kind: 'heard', device: { id, name, about }, ...(arrival ? { arrival } : {}) },
    ...findings.rejections.map((rejection) => ({ kind: 'rejected' as const, device: id, rejection })),
  ];
}

function pointsAt({ points }: Entity, quantity: QuantityName, topic: string) {
  return points.filter((point) => point.quantity === quantity && point.topic === topic);
}
