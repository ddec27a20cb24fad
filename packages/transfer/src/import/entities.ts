import type { QuantityName } from '@hearth/contract';
import type { Said } from './targets.ts';

/** What Home Assistant says of an entity beside its state. */
export interface EntityFacts {
  unit: string | null;
  deviceClass: string | null;
}

/** @see home-assistant.io/integrations/sensor, device classes */
const byDeviceClass: Record<string, QuantityName> = {
  temperature: 'temperature',
  humidity: 'humidity',
  power: 'power',
  energy: 'energy',
  battery: 'battery',
  signal_strength: 'signal',
};

/** Units that only one quantity has. A percentage is known by the entity's name. */
const byUnit: Record<string, QuantityName> = {
  '°C': 'temperature',
  '°F': 'temperature',
  W: 'power',
  kW: 'power',
  Wh: 'energy',
  kWh: 'energy',
  MWh: 'energy',
  dBm: 'signal',
};

/** Words at the end of an entity's name that say what it measures, not what it is. */
const quantityWords =
  /_(current_)?(temperature|temp|humidity|power|energy|battery(_level|_low)?|signal(_strength)?|rssi|valve(_position|_opening)?)$/;

/** Attributes of a climate entity, and its own state, by what they are to us. */
export const climateQuantities = {
  current_temperature: 'temperature',
  temperature: 'setpoint',
  current_humidity: 'humidity',
  hvac_action: 'heating',
  hvac_mode: 'mode',
} as const satisfies Record<string, QuantityName>;
export type ClimateAttribute = keyof typeof climateQuantities;
export const climateAttributes = Object.keys(climateQuantities) as ClimateAttribute[];

/** `sensor.hall_temperature` as domain and name. */
export function splitEntityId(id: string): [domain: string, name: string] {
  const dot = id.indexOf('.');
  return dot < 0 ? ['', id] : [id.slice(0, dot), id.slice(dot + 1)];
}

function quantityOf(domain: string, name: string, { unit, deviceClass }: EntityFacts): QuantityName | null {
  if (domain === 'binary_sensor') return deviceClass === 'battery' ? 'batteryLow' : null;
  if (domain !== 'sensor') return null;
  const isOutside = /(^|_)(outside|outdoor)(_|$)/.test(name);
  const own = (record: Record<string, QuantityName>, key: string | null): QuantityName | null =>
    key !== null && Object.hasOwn(record, key) ? record[key]! : null;
  const found =
    deviceClass === null ? (own(byUnit, unit) ?? ofPercentage(name, unit)) : own(byDeviceClass, deviceClass);
  return found === 'temperature' && isOutside ? 'outsideTemperature' : found;
}

function ofPercentage(name: string, unit: string | null): QuantityName | null {
  if (unit !== '%') return null;
  if (/humidity/.test(name)) return 'humidity';
  if (/battery/.test(name)) return 'battery';
  return /valve|opening/.test(name) ? 'valve' : null;
}

/**
 * The series of an entity's state. `sensor.hall_temperature` and `climate.hall` are of one device, `hall`; where two
 * say the same of it, the second is a device of its own.
 */
export function sayEntity(id: string, facts: EntityFacts): Said {
  const [domain, name] = splitEntityId(id);
  const quantity = quantityOf(domain, name, facts);
  return { name: id, device: deviceNameOf(name), quantity, unit: facts.unit, otherwise: name };
}

/** Rooms are not warmer in °C; in °F they are. */
const roomMaxC = 45;

/**
 * The series of one attribute of a climate entity; `hvac_mode` is its state. Home Assistant does not say the unit of
 * these: it is that of the home, and where nothing tells it (null), what cannot be °C is not taken for it.
 */
export function sayClimate(id: string, attribute: ClimateAttribute, unit: string | null): Said {
  const [, name] = splitEntityId(id);
  const quantity = climateQuantities[attribute];
  const isTemperature = attribute.endsWith('temperature');
  return {
    name: `${id}#${attribute}`,
    device: deviceNameOf(name),
    quantity,
    unit: isTemperature ? unit : null,
    otherwise: `${name}-climate`,
    ...(isTemperature && unit === null && { max: roomMaxC }),
  };
}

function deviceNameOf(name: string): string {
  return name.replace(quantityWords, '') || name;
}

const heats = new Set(['heating', 'preheating']);
const doesNotHeat = new Set(['idle', 'off', 'cooling', 'drying', 'fan', 'defrosting']);

/** A climate attribute in the contract's words, where it has them; else as it is, and refused for what it is. */
export function climateValue(attribute: ClimateAttribute, value: unknown): unknown {
  if (attribute === 'hvac_action' && typeof value === 'string')
    return heats.has(value) ? true : doesNotHeat.has(value) ? false : value;
  return attribute === 'hvac_mode' && value === 'heat_cool' ? 'auto' : value;
}

/** States that say that there is none. */
export const isNoState = (state: unknown): boolean =>
  state === null || state === '' || state === 'unknown' || state === 'unavailable';
