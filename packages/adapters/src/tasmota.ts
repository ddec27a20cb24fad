import type { QuantityName } from '@hearth/contract';
import type { Adapter, AdapterMessage, AdapterSession, Said } from './adapter.ts';
import { deviceId, label } from './device-id.ts';
import { at, isObject, own, readJson, word, type Json } from './json.ts';
import { manifestOf } from './manifest.ts';
import { Findings, readNumber } from './quantity.ts';
import { isOthersTopic } from './topic.ts';

const devicesMax = 300;
/** Sensors of one device, which may have many probes on one wire. */
const sensorsMax = 20;
/** TelePeriod, as it is by itself. */
const periodMs = 300_000;
const discovery = /^tasmota\/discovery\/([0-9A-F]{12})\/(config|sensors)$/;
/** Its thermostat takes more; these are a home's. */
const limits = { min: 5, max: 30, step: 0.5 };

/** One device, and the topics that its own configuration makes. */
interface Tasmota {
  mac: string;
  config: Json;
  /** Where it is told, where it answers, and where it reports; each ends in a slash. */
  topics: { cmnd: string; stat: string; tele: string };
  /** The sensors that have been heard, the first of which is the device itself; each with its quantities. */
  sensors: Map<string, Set<QuantityName>>;
  isOnline: boolean | null;
}

/**
 * Tasmota 9.2 and newer, by its own discovery. Asked with `Status 8`, whose answer repeats no id: the next report is it.
 * Its times are local and without a zone, and are not used.
 * @see https://tasmota.github.io/docs/MQTT/
 */
export const tasmota: Adapter = {
  name: 'tasmota',
  filters: ['tasmota/discovery/+/config', 'tasmota/discovery/+/sensors'],
  isTimed: false,
  open,
};

function open(): AdapterSession {
  const devices = new Map<string, Tasmota>();
  const byTopic = new Map<string, Tasmota>();
  const topics = new Set<string>();
  const pending = new Map<string, Json>();

  const learnConfig = (mac: string, config: Json, { mayName = () => true }: AdapterMessage): Said[] => {
    const places = placesOf(config);
    if (!places || !Object.values(places).every((place) => mayName(`${place}LWT`))) return [];
    if (!devices.has(mac) && devices.size >= devicesMax) return [];
    const { sensors = new Map<string, Set<QuantityName>>(), isOnline = null } = devices.get(mac) ?? {};
    const device: Tasmota = { mac, config, topics: places, sensors, isOnline };
    devices.set(mac, device);
    for (const topic of heardOf(device)) {
      topics.add(topic);
      byTopic.set(topic, device);
    }
    const waiting = pending.get(mac);
    return waiting ? learnSensors(mac, waiting) : [];
  };
  const learnSensors = (mac: string, json: Json): Said[] => {
    const device = devices.get(mac);
    if (device) return tell(device, own(json, 'sn'), null);
    // The two messages of a device may come in either order.
    if (pending.size < devicesMax) pending.set(mac, json);
    return [];
  };
  const find = (id: string): { device: Tasmota; sensor: string } | null => {
    for (const device of devices.values())
      for (const sensor of device.sensors.keys()) if (idOf(device, sensor) === id) return { device, sensor };
    return null;
  };

  return {
    topics,
    read(message) {
      const [, mac, kind] = discovery.exec(message.topic) ?? [];
      const device = byTopic.get(message.topic);
      if (mac === undefined && !device) return [];
      if (device && message.topic === `${device.topics.tele}LWT`) return hearWill(device, message.payload);
      const json = readJson(message.payload);
      if (!json.ok || !isObject(json.value)) return [];
      if (mac !== undefined)
        return kind === 'config' ? learnConfig(mac, json.value, message) : learnSensors(mac, json.value);
      // What the broker kept has a local time, which may be of any day.
      return tell(
        device!,
        at(json.value, 'StatusSNS') ?? json.value,
        message.isRetained ? null : message.receivedAt,
      );
    },
    ask(id, quantities) {
      const found = find(id);
      if (!found) return null;
      const { cmnd } = found.device.topics;
      // A command without a value says what holds; not every version has it in its status.
      const wanted = quantities.includes('setpoint') ? [{ topic: `${cmnd}TEMPTARGETSET`, payload: '' }] : [];
      return { messages: [{ topic: `${cmnd}STATUS`, payload: '8' }, ...wanted], quantities };
    },
    set(id, setpoint) {
      const found = find(id);
      if (!found?.device.sensors.get(found.sensor)?.has('setpoint')) return null;
      return [{ topic: `${found.device.topics.cmnd}TEMPTARGETSET`, payload: String(setpoint) }];
    },
  };
}

/** Its topics by its own configuration; null where they are not to be used. */
function placesOf(config: Json): Tasmota['topics'] | null {
  const { t: topic, ft: full, tp: prefixes, hn: host, mac } = config;
  if (typeof topic !== 'string' || typeof full !== 'string' || !Array.isArray(prefixes)) return null;
  const place = (prefix: unknown): string =>
    full
      .replaceAll('%prefix%', word(prefix))
      .replaceAll('%topic%', topic)
      .replaceAll('%hostname%', word(host))
      .replaceAll('%id%', word(mac))
      .replace(/\/?$/, '/');
  const [cmnd, stat, tele] = [0, 1, 2].map((i) => place((prefixes as unknown[])[i])) as [
    string,
    string,
    string,
  ];
  return [cmnd, stat, tele].every((each) => isOthersTopic(`${each}STATUS10`)) ? { cmnd, stat, tele } : null;
}

function heardOf({ topics: { stat, tele } }: Tasmota): string[] {
  return [`${tele}SENSOR`, `${tele}LWT`, `${stat}STATUS8`, `${stat}STATUS10`, `${stat}RESULT`];
}

function idOf({ mac, sensors }: Tasmota, sensor: string): string {
  const [first] = sensors.keys();
  return deviceId(['tasmota', mac, sensor === first ? null : sensor]);
}

function hearWill(device: Tasmota, payload: Uint8Array): Said[] {
  const said = new TextDecoder().decode(payload.subarray(0, 32));
  if (said === word(device.config['onln'], 'Online')) device.isOnline = true;
  else if (said === word(device.config['ofln'], 'Offline')) device.isOnline = false;
  return [...device.sensors.keys()].map((sensor) => presence(device, sensor));
}

function presence(device: Tasmota, sensor: string): Said {
  return { kind: 'presence', device: idOf(device, sensor), isOnline: device.isOnline };
}

/** What a report says: a block for each sensor, and beside them meter and thermostat, which are the first sensor's. */
function tell(device: Tasmota, report: unknown, receivedAt: number | null): Said[] {
  if (!isObject(report)) return [];
  const unit = own(report, 'TempUnit') === 'F' ? '°F' : '°C';
  const found = new Map<string, Findings>();
  const findingsOf = (sensor: string): Findings => {
    const findings = found.get(sensor) ?? new Findings();
    found.set(sensor, findings);
    return findings;
  };
  for (const [name, block] of Object.entries(report)) {
    if (isOwnHeat(name) || !isSensor(block)) continue;
    if (!device.sensors.has(name) && device.sensors.size >= sensorsMax) continue;
    readSensor(findingsOf(name), block, unit);
    if (!device.sensors.has(name)) device.sensors.set(name, new Set());
  }
  const whole = new Findings();
  readWhole(whole, report, unit);
  if (Object.keys(whole.values).length > 0) {
    const [main = 'device'] = device.sensors.keys();
    if (device.sensors.size === 0) device.sensors.set(main, new Set());
    readWhole(findingsOf(main), report, unit);
  }
  return [...found].flatMap(([sensor, findings]) => say(device, sensor, findings, receivedAt));
}

/** The chip's own temperature is no room's. */
function isOwnHeat(name: string): boolean {
  return /^ESP(32|8266)?/i.test(name);
}

function isSensor(block: unknown): boolean {
  return isObject(block) && (Object.hasOwn(block, 'Temperature') || Object.hasOwn(block, 'Humidity'));
}

function readSensor(findings: Findings, block: unknown, unit: string): void {
  // A probe that does not answer is there without a value.
  if (own(block, 'Temperature') === null) findings.add('temperature', { fault: 'the sensor gives no value' });
  findings.add('temperature', readNumber('temperature', own(block, 'Temperature'), '/Temperature', unit));
  findings.add('humidity', readNumber('humidity', own(block, 'Humidity'), '/Humidity'));
}

function readWhole(findings: Findings, report: Json, unit: string): void {
  findings.add('power', readNumber('power', at(report, 'ENERGY', 'Power'), '/ENERGY/Power'));
  findings.add('energy', readNumber('energy', at(report, 'ENERGY', 'Total'), '/ENERGY/Total'));
  // Of its thermostat in a report, and alone in the answer to a command.
  const wanted =
    at(report, 'Thermostat0', 'TempTargetSet') ??
    own(report, 'TempTargetSet1') ??
    own(report, 'TempTargetSet');
  findings.add('setpoint', readNumber('setpoint', wanted, '/TempTargetSet', unit));
}

function say(device: Tasmota, sensor: string, findings: Findings, receivedAt: number | null): Said[] {
  const { config } = device;
  const quantities = device.sensors.get(sensor)!;
  for (const quantity of Object.keys(findings.values) as QuantityName[]) quantities.add(quantity);
  if (quantities.size === 0) return [];
  const id = idOf(device, sensor);
  const [first] = device.sensors.keys();
  const called = label(config['dn'], 40) ?? device.mac;
  const about = manifestOf({
    maker: 'Tasmota',
    model: config['md'],
    firmware: config['sw'],
    quantities,
    isAsked: true,
    periodMs,
    setpoint: limits,
  });
  const arrival = receivedAt === null ? undefined : findings.measured(receivedAt);
  const name = sensor === first ? called : `${called} ${label(sensor, 19) ?? ''}`.trim();
  return [
    { kind: 'heard', device: { id, name, about }, ...(arrival ? { arrival } : {}) },
    presence(device, sensor),
    ...findings.rejections.map((rejection) => ({ kind: 'rejected' as const, device: id, rejection })),
  ];
}
