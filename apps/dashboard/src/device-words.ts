import type { About, Device, Latest, QuantityName } from '@hearth/contract';
import type { Format } from './format.ts';
import { listWords } from './list-words.ts';

/** What people call each quantity, in the order in which they are listed. */
export const labels: Readonly<Record<QuantityName, string>> = {
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

/** A device's newest values in one order for all devices, whichever of them came first. */
export function valuesOf({ latest }: Device): [QuantityName, Latest][] {
  return (Object.keys(labels) as QuantityName[]).flatMap((quantity) => {
    const value = latest[quantity];
    return value ? [[quantity, value] as [QuantityName, Latest]] : [];
  });
}

/** A value with its unit, in words where words are better: '20.6 °C', 'yes', 'low', 'sensor fault'. */
export function valueWords(
  quantity: QuantityName,
  { value, fault }: Pick<Latest, 'value' | 'fault'>,
  format: Format,
): string {
  if (value === null) return fault ? `fault: ${fault}` : 'sensor fault';
  if (quantity === 'batteryLow') return value ? 'low' : 'good';
  if (quantity === 'heating') return value ? 'on' : 'off';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'string') return value;
  const facts = units[quantity];
  return facts ? `${format.number(value, facts.decimals)} ${facts.unit}` : format.degrees(value);
}

const kinds: Record<About['kind'], string> = { heater: 'Heater', thermostat: 'Thermostat', sensor: 'Sensor' };

/** What kind of thing a device is, or why that is not known. */
export function kindWords(device: Device): string {
  if (device.role === 'gateway') return 'Gateway';
  if (device.about) return kinds[device.about.kind];
  if (device.source === 'rtl_433') return 'Radio sensor';
  if (device.source === 'import') return 'Imported history';
  return device.lastMessageAt === null ? 'Not heard yet' : 'Has not introduced itself';
}

/** Why a device that speaks another way than the contract's cannot be asked, without its name. */
const muteOf: Readonly<Partial<Record<Device['source'], string>>> = {
  rtl_433: 'only sends, by radio, and cannot be asked',
  homeassistant: 'tells what changes, and has no way to be asked',
  zigbee2mqtt: 'reports when it wakes, and nothing of it can be read in between',
  shelly: 'sleeps between its reports and cannot be asked',
  'shelly-gen1': 'sleeps between its reports and cannot be asked',
  tasmota: 'has said nothing that could be asked for',
  import: 'has only readings that were imported',
};

/** Why a device cannot be asked for its values, without its name: 'only sends, by radio'. */
export function muteWords(device: Device): string {
  const foreign = muteOf[device.source];
  if (foreign !== undefined) return foreign;
  return device.about ? 'does not answer requests' : 'has not introduced itself, so it cannot be asked yet';
}

/** How a device is asked, and what is taken for its answer. */
export function askWords({ ask, source }: Device): string {
  if (ask === 'contract') return 'Answers when asked.';
  if (ask === 'rpc') return 'Answers when asked, in its maker’s own way.';
  if (source === 'zigbee2mqtt')
    return 'When asked, Zigbee2MQTT reads it by radio, and its next report is the answer. On batteries it may be asleep.';
  return 'When asked it is told to report, and its next report is the answer.';
}

/** Names that say too little in a sentence, without the heading that labels have. */
const inSentence: Partial<Record<QuantityName, string>> = {
  outsideTemperature: 'outside temperature',
  surfaceTemperature: 'surface temperature',
  heating: 'whether it heats',
  signal: 'signal strength',
};

function nameInSentence(quantity: string): string {
  const name = quantity as QuantityName;
  return inSentence[name] ?? labels[name].toLowerCase();
}

/** What there is to say of a device that has not said what it can do. */
const strangerWords: Record<Device['source'], string> = {
  contract: 'It has not introduced itself: no “about” message has come.',
  homeassistant: 'Was announced for Home Assistant, and has said nothing yet.',
  zigbee2mqtt: 'Is known to Zigbee2MQTT, and has said nothing yet.',
  shelly: 'Is a Shelly that has said nothing yet.',
  'shelly-gen1': 'Is a Shelly that has said nothing yet.',
  tasmota: 'Runs Tasmota, and has said nothing yet.',
  rtl_433: 'Sends by radio when it likes and cannot be asked.',
  import: 'Its readings were imported from a file. A device that is added under its id goes on with them.',
};

/** What a device says it can do, in a sentence or two. */
export function abilityWords(device: Device, format: Format): string {
  const { about } = device;
  if (device.role === 'gateway')
    return 'Speaks for other devices, which appear by themselves when it hears them.';
  if (!about) return strangerWords[device.source];
  const measures = listWords([...new Set(Object.keys(about.quantities).map(nameInSentence))]);
  const limits = about.commands.set?.setpoint;
  const takes = limits
    ? ` Takes setpoints from ${format.setpoint(limits.min)} to ${format.setpoint(limits.max)} ${format.unit}.`
    : '';
  const asked = device.ask === 'none' ? `It ${muteWords(device)}.` : askWords(device);
  return `Reports ${measures}.${takes} ${asked}`;
}

/** Readings that did not come: those that still may, and those that are given up. Empty when nothing is missing. */
export function gapWords({ missing, awaited }: Device['counts'], format: Format): string[] {
  return [
    missing > 0 && `${format.number(missing)} not received`,
    awaited > 0 && `${format.number(awaited)} on ${awaited === 1 ? 'its' : 'their'} way`,
  ].filter((words) => words !== false);
}
