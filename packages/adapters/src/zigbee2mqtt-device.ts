import type { About, QuantityName } from '@hearth/contract';
import { deviceId, label } from './device-id.ts';
import { isObject, own, word, type Json } from './json.ts';
import { manifestOf, setpointOf } from './manifest.ts';
import { readNumber, type Read } from './quantity.ts';
import { isOthersTopic } from './topic.ts';

/** What `access` of an expose says, bit by bit: 1 is that it is published. */
const access = { set: 2, get: 4 } as const;

/** A property of a device's state, and how it becomes a quantity. */
interface Property {
  property: string;
  read: (raw: unknown) => Read;
}

/** A device of Zigbee2MQTT that says something of a home's heating. */
export interface ZigbeeDevice {
  id: string;
  name: string;
  /** Of its state; what is asked and set hangs below it. */
  topic: string;
  about: About;
  properties: ReadonlyMap<QuantityName, Property>;
  /** The property to be read for a quantity, where it can be. */
  gettable: ReadonlyMap<QuantityName, string>;
  /** The property of its setpoint, where it can be set. */
  setter: string | null;
}

/** Zigbee2MQTT has devices report at least so often, whether anything changed or not. */
const periodMs = 3_600_000;

/** The names of exposes, the better ones of a quantity first. */
const names: readonly (readonly [name: string, quantity: QuantityName])[] = [
  ['local_temperature', 'temperature'],
  ['temperature', 'temperature'],
  ['occupied_heating_setpoint', 'setpoint'],
  ['current_heating_setpoint', 'setpoint'],
  ['humidity', 'humidity'],
  ['system_mode', 'mode'],
  ['running_state', 'heating'],
  ['position', 'valve'],
  ['pi_heating_demand', 'valve'],
  ['power', 'power'],
  ['energy', 'energy'],
  ['battery', 'battery'],
  ['battery_low', 'batteryLow'],
];

const modes = new Set(['off', 'heat', 'auto']);

/** A device of the list, as far as it can be of use; null for the coordinator and for what does not heat or measure. */
export function readZigbeeDevice(base: string, listed: unknown): ZigbeeDevice | null {
  const [address, friendly] = [own(listed, 'ieee_address'), own(listed, 'friendly_name')];
  const definition = own(listed, 'definition');
  if (typeof address !== 'string' || typeof friendly !== 'string' || friendly === '') return null;
  if (!isObject(definition)) return null;
  const topic = base + friendly;
  if (!isOthersTopic(topic) || own(listed, 'disabled') === true) return null;
  const isBattery = own(listed, 'power_source') === 'Battery';
  const exposes = pick(flatten(own(definition, 'exposes')), isBattery);
  if (exposes.size === 0) return null;
  const wanted = exposes.get('setpoint');
  const setpoint =
    wanted && may(wanted, access.set)
      ? setpointOf(wanted['value_min'] ?? 5, wanted['value_max'] ?? 30, wanted['value_step'] ?? 0.5)
      : null;
  const gettable = [...exposes].filter(([, expose]) => may(expose, access.get));
  return {
    id: deviceId(['z2m', address]),
    name: label(friendly, 60) ?? address.slice(0, 60),
    topic,
    about: manifestOf({
      maker: own(definition, 'vendor'),
      model: own(definition, 'model'),
      firmware: own(listed, 'software_build_id'),
      ...(isBattery ? { power: 'battery' as const } : {}),
      quantities: exposes.keys(),
      isHeater: exposes.has('heating'),
      periodMs,
      isAsked: gettable.length > 0,
      setpoint,
    }),
    properties: new Map([...exposes].map(([quantity, expose]) => [quantity, propertyOf(quantity, expose)])),
    gettable: new Map(gettable.map(([quantity, { property }]) => [quantity, word(property)])),
    setter: setpoint && word(wanted?.['property']),
  };
}

/** Exposes stand alone, or as the features of a climate and the like. */
function flatten(exposes: unknown): Json[] {
  if (!Array.isArray(exposes)) return [];
  return (exposes as unknown[]).filter(isObject).flatMap((each) => {
    const { features } = each;
    return Array.isArray(features) ? (features as unknown[]).filter(isObject) : [each];
  });
}

/** The expose of each quantity. The demand of a heater on mains is no valve. */
function pick(exposes: readonly Json[], isBattery: boolean): Map<QuantityName, Json> {
  const picked = new Map<QuantityName, Json>();
  for (const [name, quantity] of names) {
    if (picked.has(quantity) || (name === 'pi_heating_demand' && !isBattery)) continue;
    const expose = exposes.find((each) => each['name'] === name && typeof each['property'] === 'string');
    if (expose && (Number(expose['access']) & 1) === 1) picked.set(quantity, expose);
  }
  return picked;
}

function may({ access: bits }: Json, bit: number): boolean {
  return typeof bits === 'number' && (bits & bit) === bit;
}

function propertyOf(quantity: QuantityName, expose: Json): Property {
  const property = word(expose['property']);
  const path = `/${property}`;
  if (quantity === 'mode')
    return { property, read: (raw) => (modes.has(word(raw)) ? { value: word(raw) } : null) };
  if (quantity === 'heating')
    return {
      property,
      read: (raw) => (raw === 'heat' ? { value: true } : raw === 'idle' ? { value: false } : null),
    };
  if (quantity === 'batteryLow')
    return { property, read: (raw) => (typeof raw === 'boolean' ? { value: raw } : null) };
  const unit = word(expose['unit']);
  return { property, read: (raw) => readNumber(quantity, raw, path, unit) };
}
