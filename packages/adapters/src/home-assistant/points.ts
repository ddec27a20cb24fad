import type { QuantityName } from '@hearth/contract';
import { readNumber, type Read } from '../quantity.ts';
import { own, word, type Json } from '../json.ts';

/** One value of an entity: which keys of its config say where it is, and how its text becomes a quantity. */
export interface PointForm {
  quantity: QuantityName;
  topic: string;
  template: string;
  read(text: string, config: Json): Read;
}

/** Heating and the rest of a house have many temperatures: these names are of none that a room has. */
const notRoom =
  /flow|return|supply|boiler|burner|water|dhw|tank|cylinder|storage|buffer|solar|collector|exhaust|flue|chip|cpu|board|internal|brine|compressor|calibrat|offset|target|set.?point|limit|minimum|maximum|dew|vorlauf|rücklauf|kessel|speicher|abgas|wasser|kollektor|puffer|soll/i;
const outside = /outdoor|outside|external|au(ss|ß)en/i;
const isSetpoint = /set.?(point|temp)|sel.?temp|target|desired|soll/i;
const isHeater = /heat|boiler|radiator|heiz/i;
/** Calls each setting of a heating circuit a switch, and names it by that circuit. */
const namesByCircuit = 'bsb-lan.de';

const modes: Readonly<Record<string, string>> = { off: 'off', heat: 'heat', auto: 'auto', heat_cool: 'auto' };
const actions: Readonly<Record<string, boolean>> = {
  heating: true,
  preheating: true,
  idle: false,
  off: false,
};

const temperatureUnit = (config: Json): string => (config['temperature_unit'] === 'F' ? '°F' : '°C');
const choice = <T extends string | boolean>(table: Readonly<Record<string, T>>, text: string): Read =>
  Object.hasOwn(table, text) ? { value: table[text]! } : null;

/** What a climate entity has. Modes and actions that are none of heating say nothing. */
const climate: readonly PointForm[] = [
  {
    quantity: 'temperature',
    topic: 'current_temperature_topic',
    template: 'current_temperature_template',
    read: (text, config) => readNumber('temperature', text, '/current_temperature', temperatureUnit(config)),
  },
  {
    quantity: 'setpoint',
    topic: 'temperature_state_topic',
    template: 'temperature_state_template',
    read: (text, config) => readNumber('setpoint', text, '/temperature', temperatureUnit(config)),
  },
  {
    quantity: 'humidity',
    topic: 'current_humidity_topic',
    template: 'current_humidity_template',
    read: (text) => readNumber('humidity', text, '/current_humidity'),
  },
  {
    quantity: 'mode',
    topic: 'mode_state_topic',
    template: 'mode_state_template',
    read: (text) => choice(modes, text),
  },
  {
    quantity: 'heating',
    topic: 'action_topic',
    template: 'action_template',
    read: (text) => choice(actions, text),
  },
];

/** The quantity of a sensor by its device class, with the units that are understood. */
const sensors: Readonly<Record<string, { quantity: QuantityName; units: readonly string[] }>> = {
  temperature: { quantity: 'temperature', units: ['°C', '°F', 'K'] },
  humidity: { quantity: 'humidity', units: ['%'] },
  power: { quantity: 'power', units: ['W', 'kW'] },
  energy: { quantity: 'energy', units: ['Wh', 'kWh', 'MWh'] },
  battery: { quantity: 'battery', units: ['%'] },
  signal_strength: { quantity: 'signal', units: ['dBm'] },
};

const state = { topic: 'state_topic', template: 'value_template' };

/** What is read of an entity; empty for one that says nothing of a home's heating. */
export function pointsOf(component: string, config: Json, names: string): readonly PointForm[] {
  const deviceClass = word(config['device_class']);
  switch (component) {
    case 'climate':
      return climate.filter(({ topic }) => config[topic] !== undefined);
    case 'sensor':
      return sensor(deviceClass, word(config['unit_of_measurement']), config, names);
    case 'number':
      return isNumberSetpoint(deviceClass, config, names) ? [numeric('setpoint', '°C')] : [];
    case 'binary_sensor':
      return deviceClass === 'battery' ? [onOff('batteryLow')] : [];
    case 'switch':
      return isHeater.test(names) && word(own(config['device'], 'manufacturer')) !== namesByCircuit
        ? [onOff('heating')]
        : [];
    default:
      return [];
  }
}

function sensor(deviceClass: string, unit: string, config: Json, names: string): PointForm[] {
  const facts = Object.hasOwn(sensors, deviceClass) ? sensors[deviceClass] : undefined;
  if (!facts?.units.includes(unit)) return [];
  if (facts.quantity !== 'temperature') return [numeric(facts.quantity, unit)];
  if (outside.test(names)) return [numeric('outsideTemperature', unit)];
  const isOfRoom = !notRoom.test(names) && !config['entity_category'];
  return isOfRoom ? [numeric('temperature', unit)] : [];
}

function isNumberSetpoint(deviceClass: string, config: Json, names: string): boolean {
  const unit = config['unit_of_measurement'];
  return (deviceClass === 'temperature' || unit === '°C') && unit !== '°F' && isSetpoint.test(names);
}

function numeric(quantity: QuantityName, unit: string): PointForm {
  return { quantity, ...state, read: (text) => readNumber(quantity, text, '', unit) };
}

function onOff(quantity: 'batteryLow' | 'heating'): PointForm {
  return {
    quantity,
    ...state,
    read(text, config) {
      const on = word(config['state_on'] ?? config['payload_on'], 'ON');
      const off = word(config['state_off'] ?? config['payload_off'], 'OFF');
      return text === on ? { value: true } : text === off ? { value: false } : null;
    },
  };
}
