import { Check } from 'typebox/value';
import { expect, it } from 'vitest';
import { BaseTopic } from './contract.ts';

it.each(['zigbee2mqtt', 'home/zigbee', 'tasmota_A1B2C3', 'hearths', 'a/hearth'])(
  'topics may begin with %j',
  (base) => {
    expect(Check(BaseTopic, base)).toBe(true);
  },
);

it.each([
  'hearth',
  'hearth/v1',
  'homeassistant',
  'homeassistant/x',
  'a/b/c/d',
  '#',
  '+/x',
  '/x',
  'x/',
  '$SYS',
  '',
])('topics of a gateway may not begin with %j', (base) => {
  expect(Check(BaseTopic, base)).toBe(false);
});
