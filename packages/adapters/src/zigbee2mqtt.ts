import type { Adapter, AdapterMessage, AdapterSession, Said } from './adapter.ts';
import { saidAt } from './instant.ts';
import { isObject, own, readJson, word, type Json } from './json.ts';
import { Findings } from './quantity.ts';
import { readZigbeeDevice, type ZigbeeDevice } from './zigbee2mqtt-device.ts';

/** `bridge/devices` had 26 kB for three devices. */
const listLimits = { maxBytes: 1_048_576, maxDepth: 20 };
const devicesMax = 300;
/** Devices that were renamed leave their topics behind. */
const topicsMax = 2000;

/** The base topic may have up to three levels. */
const bases = ['+', '+/+', '+/+/+'];
const bridgeTopic = /^((?:[^/]+\/){1,3})bridge\/(state|devices)$/;

/** One bridge: what it said of itself and of its devices, by the topics of their states. */
interface Bridge {
  isOnline: boolean | null;
  byState: ReadonlyMap<string, ZigbeeDevice>;
}

/**
 * Zigbee2MQTT 1.30 and newer. Asked by `/get`, for what its definition says can be read; the answer is the device's
 * next report. Of its topics only those of devices are heard that have something to say.
 * @see https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html
 */
export const zigbee2mqtt: Adapter = {
  name: 'zigbee2mqtt',
  filters: bases.flatMap((base) => [`${base}/bridge/state`, `${base}/bridge/devices`]),
  isTimed: false,
  open,
};

function open(): AdapterSession {
  const bridges = new Map<string, Bridge>();
  const byId = new Map<string, ZigbeeDevice>();
  const byTopic = new Map<string, { device: ZigbeeDevice; bridge: string }>();
  const topics = new Set<string>();
  const available = new Map<string, boolean>();

  const presence = (base: string, { id }: ZigbeeDevice): Said => {
    const isBridgeGone = bridges.get(base)?.isOnline === false;
    return { kind: 'presence', device: id, isOnline: isBridgeGone ? false : (available.get(id) ?? null) };
  };
  const hearDevices = (base: string, message: AdapterMessage): Said[] => {
    const json = readJson(message.payload, listLimits);
    if (!json.ok) return [{ kind: 'rejected', device: null, rejection: json.rejection }];
    if (!Array.isArray(json.value)) return [];
    const listed = (json.value as unknown[])
      .slice(0, devicesMax)
      .flatMap((each) => readZigbeeDevice(base, each) ?? []);
    for (const { id, topic } of bridges.get(base)?.byState.values() ?? []) {
      byId.delete(id);
      byTopic.delete(topic);
    }
    for (const device of listed) {
      byId.set(device.id, device);
      byTopic.set(device.topic, { device, bridge: base });
      if (topics.size < topicsMax) topics.add(device.topic).add(`${device.topic}/availability`);
    }
    bridges.set(base, {
      isOnline: bridges.get(base)?.isOnline ?? null,
      byState: new Map(listed.map((each) => [each.topic, each])),
    });
    return listed.flatMap((device): Said[] => {
      const { id, name, about } = device;
      return [{ kind: 'heard', device: { id, name, about } }, presence(base, device)];
    });
  };
  const hearBridge = (base: string, kind: string, message: AdapterMessage): Said[] => {
    if (kind === 'devices') return hearDevices(base, message);
    const isOnline = stateOf(message.payload);
    if (isOnline === null) return [];
    const { byState = new Map<string, ZigbeeDevice>() } = bridges.get(base) ?? {};
    bridges.set(base, { isOnline, byState });
    return [...byState.values()].map((device) => presence(base, device));
  };

  return {
    topics,
    read(message) {
      const [, base, kind] = bridgeTopic.exec(message.topic) ?? [];
      if (base !== undefined) return hearBridge(base, kind!, message);
      const known = byTopic.get(message.topic.replace(/\/availability$/, ''));
      if (!known) return [];
      if (known.device.topic === message.topic) return readState(known.device, message);
      const isOnline = stateOf(message.payload);
      if (isOnline === null) return [];
      available.set(known.device.id, isOnline);
      return [presence(known.bridge, known.device)];
    },
    ask(id, quantities) {
      const device = byId.get(id);
      const readable = quantities.filter((name) => device?.gettable.has(name));
      if (!device || readable.length === 0) return null;
      const wanted = Object.fromEntries(readable.map((name) => [device.gettable.get(name)!, '']));
      const message = { topic: `${device.topic}/get`, payload: JSON.stringify(wanted) };
      // They are read one after the other, with a report after each that has of the others what was known before.
      return { messages: [message], quantities: readable.slice(0, 1) };
    },
    set(id, setpoint) {
      const device = byId.get(id);
      if (!device?.setter) return null;
      return [{ topic: `${device.topic}/set`, payload: JSON.stringify({ [device.setter]: setpoint }) }];
    },
  };
}

/** Whether something says that it is online, as `{"state":"online"}` or, before version 2, as the word alone. */
function stateOf(payload: Uint8Array): boolean | null {
  const json = readJson(payload);
  const state = json.ok ? word(own(json.value, 'state')) : new TextDecoder().decode(payload.subarray(0, 16));
  return state === 'online' ? true : state === 'offline' ? false : null;
}

/** A state has all that Zigbee2MQTT knows of a device, `null` for what it does not. */
function readState(device: ZigbeeDevice, message: AdapterMessage): Said[] {
  const json = readJson(message.payload);
  if (!json.ok) return [{ kind: 'rejected', device: device.id, rejection: json.rejection }];
  if (!isObject(json.value)) return [];
  const findings = findingsOf(device, json.value);
  const heardAt = saidAt(own(json.value, 'last_seen'), message.receivedAt);
  // A retained state without its own time may be of last year.
  const at = heardAt ?? (message.isRetained ? null : message.receivedAt);
  const arrival = at === null ? undefined : findings.measured(at);
  const { id, name, about } = device;
  return [
    { kind: 'heard', device: { id, name, about }, ...(arrival ? { arrival } : {}) },
    ...findings.rejections.map((rejection) => ({ kind: 'rejected' as const, device: id, rejection })),
  ];
}

function findingsOf({ properties }: ZigbeeDevice, state: Json): Findings {
  const findings = new Findings();
  for (const [quantity, { property, read }] of properties) findings.add(quantity, read(own(state, property)));
  return findings;
}
