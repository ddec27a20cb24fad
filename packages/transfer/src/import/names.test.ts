import { deviceIdPattern } from '@hearth/contract';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { deviceIdOf, quantityNamed } from './names.ts';

test.for([
  ['hall-thermostat', 'hall-thermostat'],
  ['Living Room', 'living-room'],
  ['living_room', 'living-room'],
  ['Küche (Süd)', 'kuche-sud'],
  ['../../etc/passwd', 'etc-passwd'],
  ['=cmd|calc', 'cmd-calc'],
  ['a', 'a-0'],
  ['', null],
  ['…', null],
  ['寝室', null],
])('%j is the device %j', ([name, id]) => {
  expect(deviceIdOf(name!)).toBe(id);
});

test('long names stay apart, and any name is a device id or none', () => {
  const long = 'the_thermostat_in_the_room_at_the_end_of_the_hall';
  expect(deviceIdOf(`${long}_1`)).not.toBe(deviceIdOf(`${long}_2`));
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (name) => {
      const id = deviceIdOf(name);
      if (id !== null) expect(id).toMatch(new RegExp(`^${deviceIdPattern}$`));
    }),
  );
});

test('quantities have the names that other programs give them', () => {
  expect(quantityNamed('Temperature')).toBe('temperature');
  expect(quantityNamed('current_temperature')).toBe('temperature');
  expect(quantityNamed('Battery level')).toBe('battery');
  expect(quantityNamed('outside_temperature')).toBe('outsideTemperature');
  for (const name of ['', 'pressure', '__proto__', 'constructor', 'toString'])
    expect(quantityNamed(name)).toBeNull();
});
