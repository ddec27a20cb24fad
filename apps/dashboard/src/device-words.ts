import type { About, Device, Latest, QuantityName, RejectedMessage } from '@hearth/contract';
import type { Format } from './format.ts';

const labels: Record<QuantityName, string> = {
  temperature: 'Temperature',
  setpoint: 'Setpoint',
  humidity: 'Humidity',
  outsideTemperature: 'Outside',
  surfaceTemperature: 'Surface',
  heating: 'Heating',
  mode: 'Mode',
  power: 'Power',
  energy: 'Energy',
  valve: 'Valve',
  battery: 'Battery',
  batteryLow: 'Battery',
  signal: 'Signal',
};

const units: Partial<Record<QuantityName, { unit: string; decimals: number }>> = {
  humidity: { unit: '%', decimals: 0 },
  power: { unit: 'W', decimals: 0 },
  energy: { unit: 'kWh', decimals: 2 },
  valve: { unit: '%', decimals: 0 },
  battery: { unit: '%', decimals: 0 },
  signal: { unit: 'dBm', decimals: 0 },
};

/** What people call a quantity. */
export function labelOf(quantity: QuantityName): string {
  return labels[quantity];
}

/** A value with its unit, in words where words are better: '20.6 °C', 'yes', 'low', 'sensor fault'. */
export function valueWords(quantity: QuantityName, { value, fault }: Latest, format: Format): string {
  if (value === null) return fault ? `fault: ${fault}` : 'sensor fault';
  if (quantity === 'batteryLow') return value ? 'low' : 'good';
  if (quantity === 'heating') return value ? 'on' : 'off';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  const facts = units[quantity];
  return facts ? `${format.number(value, facts.decimals)} ${facts.unit}` : format.degrees(value);
}

const kinds: Record<About['kind'], string> = { heater: 'Heater', thermostat: 'Thermostat', sensor: 'Sensor' };

/** What kind of thing a device is; a radio sensor says nothing of itself. */
export function kindWords(device: Device): string {
  if (device.about) return kinds[device.about.kind];
  return device.source === 'rtl_433' ? 'Radio sensor' : 'Not heard yet';
}

/** What a device says it can do, in a sentence or two. */
export function abilityWords(device: Device, format: Format): string {
  const { about } = device;
  if (!about)
    return device.source === 'rtl_433'
      ? 'Sends by radio when it likes and cannot be asked.'
      : 'Has not said what it is yet.';
  const measures = Object.keys(about.quantities)
    .map((name) => labels[name as QuantityName].toLowerCase())
    .join(', ');
  const { set, get } = about.commands;
  const limits = set?.setpoint;
  const takes = limits
    ? ` Takes setpoints from ${format.setpoint(limits.min)} to ${format.degrees(limits.max)}.`
    : '';
  return `Reports ${measures}.${takes}${get ? ' Answers when asked.' : ' Cannot be asked.'}`;
}

const rules: Record<string, string> = {
  size: 'The message is too long',
  'utf-8': 'The text is not UTF-8',
  depth: 'The message is nested too deep',
  json: 'The message is not JSON',
  unit: 'The unit is not the one this quantity has',
  range: 'The limits are the wrong way round',
  fault: 'A missing value needs a reason',
  'exactly-one': 'Two fields exclude each other, or both are missing',
  additionalProperties: 'There is a field that does not belong',
  required: 'A field is missing',
  type: 'A field has the wrong type',
  minimum: 'A value is below its range',
  maximum: 'A value is above its range',
  enum: 'A value is not one of the choices',
};

/** Why a message was not taken, in a sentence; the rule's own name where it says enough. */
export function rejectionWords({ rule }: RejectedMessage): string {
  return rules[rule] ?? `The rule “${rule}” was broken`;
}
