import type { QuantityName } from '@hearth/contract';
import type { Adapter, AdapterMessage, AdapterSession, Said } from './adapter.ts';
import { deviceId } from './device-id.ts';
import { own, readJson, word } from './json.ts';
import { manifestOf } from './manifest.ts';
import { Findings, readNumber } from './quantity.ts';

const devicesMax = 300;
/** An H&T wakes after twelve hours at the latest. */
const wakesMs = 43_200_000;
const topicPattern = /^shellies\/(shelly(?:trv|ht)-[0-9A-Za-z]{4,16})\/(online|status|info|sensor\/(\w+))$/;
/** A TRV goes by half degrees; 4 °C is its “off”. @see https://shelly-api-docs.shelly.cloud/gen1/#shelly-trv */
const limits = { min: 5, max: 30, step: 0.5 };

/** Topics below `sensor/` of an H&T. */
const sensors: Readonly<Record<string, QuantityName>> = {
  temperature: 'temperature',
  humidity: 'humidity',
  battery: 'battery',
};

/**
 * Shelly TRV and Shelly H&T of the first generation. A TRV is told to update, and its next status is the answer; an
 * H&T sleeps and cannot be asked.
 */
export const shellyGen1: Adapter = {
  name: 'shelly-gen1',
  filters: ['shellies/+/online', 'shellies/+/status', 'shellies/+/info', 'shellies/+/sensor/+'],
  isTimed: false,
  open,
};

function open(): AdapterSession {
  const names = new Map<string, string>();
  const online = new Map<string, boolean>();
  const trvAt = (id: string): string | null => {
    const name = names.get(id);
    return name?.startsWith('shellytrv') ? name : null;
  };
  return {
    read(message) {
      const [, name, kind, sensor] = topicPattern.exec(message.topic) ?? [];
      if (name === undefined) return [];
      const id = idOf(name);
      if (!names.has(id) && names.size >= devicesMax) return [];
      names.set(id, name);
      if (kind === 'online') online.set(id, isTrue(message.payload));
      if (kind === 'online') return [presence(id, name, online)];
      const findings = new Findings();
      if (sensor === undefined) readStatus(findings, message);
      else readSensor(findings, sensor, message);
      const said = say(id, name, findings, message);
      return said.length === 0 ? said : [...said, presence(id, name, online)];
    },
    ask(id, quantities) {
      const name = trvAt(id);
      if (name === null) return null;
      return { messages: [{ topic: `shellies/${name}/command`, payload: 'update' }], quantities };
    },
    set(id, setpoint) {
      const name = trvAt(id);
      return name === null
        ? null
        : [{ topic: `shellies/${name}/thermostat/0/command/target_t`, payload: String(setpoint) }];
    },
  };
}

function idOf(name: string): string {
  return deviceId(['shelly', name.replace(/^shelly/, '')]);
}

function isTrue(payload: Uint8Array): boolean {
  return new TextDecoder().decode(payload.subarray(0, 8)) === 'true';
}

/** An H&T is away between its reports, and means nothing by it. */
function presence(device: string, name: string, online: ReadonlyMap<string, boolean>): Said {
  const isOnline = name.startsWith('shellytrv') ? (online.get(device) ?? null) : null;
  return { kind: 'presence', device, isOnline };
}

function readSensor(findings: Findings, sensor: string, { payload }: AdapterMessage): void {
  const quantity = Object.hasOwn(sensors, sensor) ? sensors[sensor]! : null;
  if (quantity)
    findings.add(quantity, readNumber(quantity, new TextDecoder().decode(payload.subarray(0, 32)), ''));
}

/** `status` has a TRV's values themselves, `info` its first thermostat with them. */
function readStatus(findings: Findings, { payload }: AdapterMessage): void {
  const json = readJson(payload);
  if (!json.ok) return;
  const thermostats = own(json.value, 'thermostats');
  const status: unknown = Array.isArray(thermostats) ? (thermostats as unknown[])[0] : json.value;
  const degrees = (quantity: 'temperature' | 'setpoint', name: string) => {
    const said = own(status, name);
    const unit = word(own(said, 'units')) === 'F' ? '°F' : '°C';
    return readNumber(quantity, own(said, 'value'), `/${name}/value`, unit);
  };
  if (own(own(status, 'tmp'), 'is_valid') === false)
    findings.add('temperature', { fault: 'it says that it is not valid' });
  else findings.add('temperature', degrees('temperature', 'tmp'));
  findings.add('setpoint', degrees('setpoint', 'target_t'));
  findings.add('valve', readNumber('valve', own(status, 'pos'), '/pos'));
  const battery = own(json.value, 'bat');
  findings.add(
    'battery',
    readNumber('battery', own(battery, 'value') ?? (typeof battery === 'number' ? battery : null), '/bat'),
  );
}

function say(id: string, name: string, findings: Findings, message: AdapterMessage): Said[] {
  const isTrv = name.startsWith('shellytrv');
  const about = manifestOf({
    maker: 'Shelly',
    model: isTrv ? 'TRV' : 'H&T',
    power: 'battery',
    quantities: isTrv ? ['temperature', 'setpoint', 'valve', 'battery'] : Object.values(sensors),
    isAsked: isTrv,
    ...(isTrv ? { isOnChange: true } : { periodMs: wakesMs }),
    setpoint: isTrv ? limits : null,
  });
  const arrival = message.isRetained ? undefined : findings.measured(message.receivedAt);
  const rejected = findings.rejections.map((rejection) => ({
    kind: 'rejected' as const,
    device: id,
    rejection,
  }));
  if (arrival === undefined && rejected.length === 0) return [];
  return [{ kind: 'heard', device: { id, name, about }, ...(arrival ? { arrival } : {}) }, ...rejected];
}
