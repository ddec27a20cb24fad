import {
  excerpt,
  parseJson,
  quantities,
  type QuantityName,
  type Rejection,
  type Values,
} from '@hearth/contract';
import type { Adapter, AdapterMessage, Said } from './adapter.ts';
import { isObject, own, type Json } from './json.ts';
import { manifestOf } from './manifest.ts';
import { frameAt } from './rtl-433-time.ts';
import { nameFrame } from './rtl-433-name.ts';

/**
 * All that rtl_433 publishes by itself (`events`, `states` and a topic for every field under `devices`), so
 * that a gateway is refused none of it; only `events`, one JSON object a frame, is read.
 */
const filter = 'rtl_433/#';
const topicPattern = /^rtl_433\/[^/+#]{1,64}\/events$/;

/**
 * The fields of rtl_433 that say something about a home's heating, and how each becomes ours.
 * @see https://github.com/merbanan/rtl_433/blob/master/docs/DATA_FORMAT.md
 */
const fields: readonly { field: string; quantity: QuantityName; convert?: (value: number) => number }[] = [
  { field: 'temperature_C', quantity: 'temperature' },
  { field: 'temperature_F', quantity: 'temperature', convert: celsius },
  { field: 'setpoint_C', quantity: 'setpoint' },
  { field: 'humidity', quantity: 'humidity' },
];

/**
 * Radio sensors and thermostats heard by rtl_433 22.11 or newer. They only speak: nothing can be asked of
 * them or set. A frame with one value out of range is rejected whole: its bits were not heard well.
 */
export const rtl433: Adapter = { name: 'rtl_433', filters: [filter], isTimed: true, open: () => ({ read }) };

function read({ topic, payload, receivedAt }: AdapterMessage): Said[] {
  if (!topicPattern.test(topic)) return [];
  // An empty payload is how MQTT clears a retained message.
  if (payload.length === 0) return [];
  const json = parseJson(payload);
  if (!json.ok) return [{ kind: 'rejected', device: null, rejection: json.rejection }];
  if (!isObject(json.value)) return rejected('type', '', 'a JSON object', json.value);
  const frame = json.value;
  const model = own(frame, 'model');
  if (typeof model !== 'string' || model.trim() === '')
    return rejected('required', '/model', 'the model as text', model);
  // Tyres of passing cars have a temperature too.
  if (own(frame, 'type') === 'TPMS') return [];

  const values = readValues(frame);
  if ('rejection' in values) return [{ kind: 'rejected', device: null, rejection: values.rejection }];
  const names = Object.keys(values.values) as QuantityName[];
  if (names.length === 0) return [];
  const { id, name, maker, product } = nameFrame(model, own(frame, 'id'), own(frame, 'channel'));
  const about = manifestOf({ maker, model: product, power: 'battery', quantities: names });
  const arrival = { at: frameAt(own(frame, 'time'), receivedAt), values: values.values };
  return [{ kind: 'heard', device: { id, name, about }, arrival }];
}

function readValues(frame: Json): { values: Values } | { rejection: Rejection } {
  const values: Values = {};
  for (const { field, quantity, convert } of fields) {
    const got = own(frame, field);
    // Some decoders give °C and °F: the first in the table counts.
    if (got === undefined || Object.hasOwn(values, quantity)) continue;
    if (typeof got !== 'number' || !Number.isFinite(got)) return reject('type', field, 'a number', got);
    const value = round(convert ? convert(got) : got);
    const { min, max, unit } = quantities[quantity] as { min: number; max: number; unit: string };
    if (value < min || value > max)
      return reject('range', field, `${quantity} from ${min} to ${max} ${unit}`, got);
    values[quantity] = value;
  }
  if (Object.keys(values).length === 0) return { values };
  return readBattery(frame, values);
}

/** `battery_ok` is 0 or 1 from most sensors and a level between them from some. */
function readBattery(frame: Json, values: Values): { values: Values } | { rejection: Rejection } {
  const got = own(frame, 'battery_ok');
  if (got === undefined) return { values };
  if (typeof got !== 'number' || !(got >= 0 && got <= 1))
    return reject('range', 'battery_ok', 'a number from 0 to 1', got);
  if (got === 0 || got === 1) return { values: { ...values, batteryLow: got === 0 } };
  return { values: { ...values, battery: Math.round(got * 100) } };
}

function celsius(fahrenheit: number): number {
  return ((fahrenheit - 32) * 5) / 9;
}

/** To 0.01: rtl_433 has more digits over MQTT than the sensors do. Never −0. */
function round(value: number): number {
  return Math.round(value * 100) / 100 + 0;
}

function reject(rule: string, field: string, expected: string, got: unknown): { rejection: Rejection } {
  return { rejection: { rule, path: field && `/${field}`, expected, got: excerpt(got) } };
}

function rejected(rule: string, path: string, expected: string, got: unknown): Said[] {
  return [{ kind: 'rejected', device: null, rejection: { rule, path, expected, got: excerpt(got) } }];
}
