import type { QuantityName } from '@hearth/contract';
import type { Adapter, AdapterMessage, AdapterSession, Outgoing, Said } from '../adapter.ts';
import { readJson, word } from '../json.ts';
import { Findings } from '../quantity.ts';
import { createAnnounced } from './announced.ts';
import { readEmsResponse, type Hook } from './boilers.ts';
import type { Made } from './devices.ts';
import { discoveryFilters, readDiscovery } from './discovery.ts';

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
  /** Who was asked last, by the topic where the answers of a gateway come: those that failed name nobody. */
  const asked = new Map<string, string>();
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
        tell(device, message, text, json).concat(
          answer(device, message, asked.get(message.topic)),
          presence(device, message.topic),
        ),
      );
    },
    ask(id, quantities) {
      const givers = announced.devices().byId.get(id)?.givers;
      const hookFor = (quantity: QuantityName): Hook | null => givers?.get(quantity)?.point.hook ?? null;
      const readable = quantities.filter((quantity) => hookFor(quantity) !== null);
      const hooks = readable.map((quantity) => hookFor(quantity)!);
      for (const { response } of hooks) if (response) asked.set(response.topic, id);
      return hooks.length === 0 ? null : { messages: hooks.map((hook) => hook.ask), quantities: readable };
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
  for (const [quantity, { entity, point }] of givers) {
    if (point.topic !== message.topic || entity.availability.isAvailable() === false) continue;
    findings.add(quantity, point.read(text, json));
  }
  // The broker's copy of a state has no age: it makes the device known, and is no reading.
  const arrival = message.isRetained ? undefined : findings.measured(message.receivedAt);
  return [
    { kind: 'heard', device: { id, name, about }, ...(arrival ? { arrival } : {}) },
    ...findings.rejections.map((rejection) => ({ kind: 'rejected' as const, device: id, rejection })),
  ];
}

/** What an answer of EMS-ESP says of a device: a value by its name, or words on why there is none. */
function answer(device: Made, message: AdapterMessage, asked: string | undefined): Said[] {
  const points = [...device.givers.values()].filter(
    ({ point }) => point.hook?.response?.topic === message.topic,
  );
  const said = points.length > 0 && !message.isRetained ? readEmsResponse(message.payload) : null;
  if (said === null) return [];
  if ('words' in said)
    return asked === device.id ? [{ kind: 'refused', device: device.id, detail: said.words }] : [];
  const findings = new Findings();
  for (const { point } of points) {
    const { name, circuit } = point.hook!.response!;
    if (name === said.name && circuit === said.circuit)
      findings.add(point.quantity, point.readAlone(word(said.value)));
  }
  const arrival = findings.measured(message.receivedAt);
  const { id, name, about } = device;
  return arrival ? [{ kind: 'heard', device: { id, name, about }, arrival }] : [];
}
