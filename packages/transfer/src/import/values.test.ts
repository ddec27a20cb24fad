import { quantities, quantityNames, type QuantityName } from '@hearth/contract';
import { expect, test } from 'vitest';
import { conversionOf } from './units.ts';
import { readValue } from './values.ts';

const read = (quantity: QuantityName, raw: unknown, unit: string | null = null) =>
  readValue(quantity, raw, conversionOf(quantity, unit)!);

test.for<[QuantityName, unknown, string | null, unknown]>([
  ['temperature', '20.6', '°C', 20.6],
  ['temperature', 20.6, null, 20.6],
  ['temperature', '70', '°F', 21.111],
  ['temperature', '293.75', 'K', 20.6],
  ['temperature', '-12.5', '', -12.5],
  ['temperature', '1e1', null, 10],
  ['temperature', '', null, null],
  ['temperature', null, null, null],
  ['setpoint', '69.8', '°F', 21],
  ['power', '1.5', 'kW', 1500],
  ['power', 820, 'W', 820],
  ['energy', '1234', 'Wh', 1.234],
  ['energy', '2', 'MWh', 2000],
  ['energy', 12n, 'kWh', 12],
  ['heating', 'true', null, true],
  ['heating', 'Off', null, false],
  ['heating', 1, null, true],
  ['heating', 0n, null, false],
  ['mode', 'heat', null, 'heat'],
  ['mode', 'Auto', null, 'auto'],
])('%s %s %s is %s', ([quantity, raw, unit, value]) => {
  expect(read(quantity, raw, unit)).toEqual({ value });
});

test.for<[QuantityName, unknown, string, RegExp]>([
  ['temperature', '200', 'range', /-50 to 80 °C/],
  ['temperature', -127, 'range', /-50 to 80 °C/],
  ['humidity', 100.1, 'range', /0 to 100 %/],
  ['temperature', '20,6', 'value', /a number with a point/],
  ['temperature', '20.6 °C', 'value', /a number/],
  ['temperature', 'NaN', 'value', /a number/],
  ['temperature', NaN, 'value', /a number/],
  ['temperature', Infinity, 'value', /a number/],
  ['temperature', '0x10', 'value', /a number/],
  ['temperature', '1e999', 'value', /a number/],
  ['temperature', true, 'value', /a number/],
  ['temperature', { valueOf: 1 }, 'value', /a number/],
  ['temperature', [20], 'value', /a number/],
  ['heating', 'warm', 'value', /true or false/],
  ['heating', { a: 1 }, 'value', /true or false/],
  ['mode', 'cool', 'value', /off, heat, auto/],
  ['mode', 'constructor', 'value', /off, heat, auto/],
])('%s %s is not taken: %s', ([quantity, raw, reason, expected]) => {
  expect(read(quantity, raw)).toEqual({ reason, expected: expect.stringMatching(expected) });
});

test('a unit of something else has no conversion', () => {
  expect(conversionOf('temperature', 'bar')).toBeNull();
  expect(conversionOf('temperature', '__proto__')).toBeNull();
  expect(conversionOf('power', 'kWh')).toBeNull();
  expect(conversionOf('heating', 'W')).toBeNull();
});

test('every quantity takes its own unit as it is', () => {
  for (const quantity of quantityNames) {
    const facts = quantities[quantity];
    if (facts.kind === 'number') expect(read(quantity, facts.max, facts.unit)).toEqual({ value: facts.max });
  }
});
