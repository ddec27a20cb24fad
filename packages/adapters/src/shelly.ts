import type { QuantityName } from '@hearth/contract';
import type { Adapter, AdapterMessage, AdapterSession, Outgoing, Said } from './adapter.ts';
import { deviceId } from './device-id.ts';
import { saidAt } from './instant.ts';
import { isObject, own, readJson, word, type Json } from './json.ts';
import { manifestOf } from './manifest.ts';
import { Findings } from './quantity.ts';
import { components, findComponent, type Component } from './shelly-components.ts';

const devicesMax = 300;
/** An H&T wakes after two hours at the latest. */
const wakesMs = 7_200_000;
/** Questions and commands that wait for their answer. */
const pendingMax = 100;

/** Known by its name before it says that it is on a battery. */
const sleeper = /^shelly(plus)?ht/i;

const topicPattern = /^([^/]+)\/(events\/rpc|online|hearth\/rpc|status\/([a-z0-9]+:\d+))$/;

/** A Shelly, or a radiator valve that speaks through one. */
interface Shelly {
  id: string;
  prefix: string;
  /** Of a valve behind a gateway: its own component. */
  key: string | null;
  /** What it has been heard to have: a status says only what changed. */
  has: Map<QuantityName, Component>;
  sleeps: boolean;
  isOnline: boolean | null;
}

/**
 * Shelly devices of the second generation and newer, with “RPC status notifications over MQTT” on. Asked by RPC, the
 * answer with our id; those on batteries sleep and cannot be asked.
 * @see https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/Mqtt
 */
export const shelly: Adapter = {
  name: 'shelly',
  // An answer goes where the question says: below the prefix of the device, which it may write to in any case.
  filters: ['+/events/rpc', '+/online', '+/status/+', '+/hearth/rpc'],
  isTimed: false,
  open,
};

function open(): AdapterSession {
  const devices = new Map<string, Shelly>();
  const pending = new Map<string, { device: Shelly; component: Component | null }>();

  const deviceAt = (prefix: string, key: string | null = null): Shelly | null => {
    const id = deviceId(['shelly', prefix.replace(/^shelly/, ''), key]);
    const known = devices.get(id);
    if (known) return known;
    if (devices.size >= devicesMax) return null;
    const device: Shelly = { id, prefix, key, has: new Map(), sleeps: sleeper.test(prefix), isOnline: null };
    devices.set(id, device);
    return device;
  };
  /** What a status of some or all components says, by device. */
  const tell = (
    prefix: string,
    status: Json,
    at: number | null,
    answers?: { id: string; device: string },
  ): Said[] => {
    const found = new Map<Shelly, Findings>();
    for (const [key, values] of Object.entries(status)) {
      const component = findComponent(key);
      const device = component && deviceAt(prefix, component.isDevice ? key : null);
      if (!device) continue;
      const findings = found.get(device) ?? new Findings();
      found.set(device, findings);
      for (const [quantity, read] of component.reads(values)) {
        findings.add(quantity, read);
        if (read !== null && !device.has.has(quantity)) device.has.set(quantity, component);
      }
      device.sleeps ||= component.sleeps(values);
    }
    return [...found].flatMap(([device, findings]) => {
      const arrival = at === null ? undefined : findings.measured(at);
      const isAnswer = answers?.device === device.id;
      return device.has.size === 0
        ? []
        : say(device, findings, {
            ...(arrival ? { arrival } : {}),
            ...(isAnswer ? { answers: answers.id } : {}),
          });
    });
  };
  const hearOnline = (prefix: string, text: string): Said[] => {
    const isOnline = text === 'true' ? true : text === 'false' ? false : null;
    if (isOnline === null || !deviceAt(prefix)) return [];
    const all = [...devices.values()].filter((device) => device.prefix === prefix);
    for (const device of all) device.isOnline = isOnline;
    return all.map((device) => presence(device));
  };
  const hearAnswer = (prefix: string, answer: Json, message: AdapterMessage): Said[] => {
    const id = word(answer['id']);
    const asked = pending.get(id);
    if (!asked || message.isRetained || asked.device.prefix !== prefix) return [];
    pending.delete(id);
    const { device, component } = asked;
    const { error, result } = answer;
    if (error !== undefined)
      return [
        {
          kind: 'refused',
          device: device.id,
          request: id,
          detail: word(own(error, 'message'), 'it refused'),
        },
      ];
    if (!isObject(result)) return [];
    const status = component ? { [component.key]: component.remote(result) } : result;
    return tell(prefix, status, message.receivedAt, { id, device: device.id });
  };
  const remember = (request: string, device: Shelly, component: Component | null): void => {
    pending.set(request, { device, component });
    const [oldest] = pending.size > pendingMax ? pending.keys() : [];
    if (oldest !== undefined) pending.delete(oldest);
  };

  return {
    read(message) {
      const [, prefix, kind, key] = topicPattern.exec(message.topic) ?? [];
      if (prefix === undefined || prefix === 'hearth') return [];
      if (kind === 'online')
        return hearOnline(prefix, new TextDecoder().decode(message.payload.subarray(0, 8)));
      const json = readJson(message.payload);
      if (!json.ok || !isObject(json.value)) return [];
      if (kind === 'hearth/rpc') return hearAnswer(prefix, json.value, message);
      if (key !== undefined)
        return message.isRetained ? [] : tell(prefix, { [key]: json.value }, message.receivedAt);
      const params = own(json.value, 'params');
      if (!/^Notify(Full)?Status$/.test(word(own(json.value, 'method'))) || !isObject(params)) return [];
      const at = saidAt(params['ts'], message.receivedAt) ?? (message.isRetained ? null : message.receivedAt);
      return tell(prefix, params, at);
    },
    ask(id, quantities, request) {
      const device = devices.get(id);
      if (!device || device.sleeps) return null;
      const asked = new Set(quantities.flatMap((quantity) => device.has.get(quantity) ?? []));
      const [component = null] = asked.size === 1 || device.key !== null ? asked : [];
      if (device.key !== null && !component) return null;
      remember(request, device, component);
      const message = rpc(device, request, component?.ask ?? { method: 'Shelly.GetStatus' });
      return { messages: [message], quantities };
    },
    set(id, setpoint, request) {
      const device = devices.get(id);
      // What it takes is known to the api; which component that is may not have been heard since the start.
      const component = device?.has.get('setpoint') ?? findComponent(device?.key ?? 'thermostat:0');
      const call = component?.set(setpoint);
      if (!device || !call) return null;
      remember(request, device, null);
      return [rpc(device, request, call)];
    },
  };
}

function rpc({ prefix }: Shelly, id: string, call: { method: string; params?: object }): Outgoing {
  return { topic: `${prefix}/rpc`, payload: JSON.stringify({ id, src: `${prefix}/hearth`, ...call }) };
}

/** One that sleeps is away most of the time, and means nothing by it. */
function presence({ id, sleeps, isOnline }: Shelly): Said {
  return { kind: 'presence', device: id, isOnline: sleeps ? null : isOnline };
}

function say(device: Shelly, findings: Findings, rest: object): Said[] {
  const { id, prefix, key, has, sleeps } = device;
  const { product, limits } = components[findComponent(key ?? '')?.type ?? ''] ?? {};
  const about = manifestOf({
    maker: 'Shelly',
    model: product ?? prefix.replace(/-[0-9a-f]{6,12}$/i, ''),
    ...(sleeps || key !== null ? { power: 'battery' as const } : {}),
    quantities: has.keys(),
    isHeater: has.has('heating'),
    isAsked: !sleeps,
    ...(sleeps ? { periodMs: wakesMs } : { isOnChange: true }),
    setpoint: limits ?? components[has.get('setpoint')?.type ?? '']?.limits ?? null,
  });
  return [
    {
      kind: 'heard',
      device: {
        id,
        name: [prefix, key]
          .filter((each) => each !== null)
          .join(' ')
          .slice(0, 60),
        about,
      },
      ...rest,
    },
    presence(device),
    ...findings.rejections.map((rejection) => ({ kind: 'rejected' as const, device: id, rejection })),
  ];
}
