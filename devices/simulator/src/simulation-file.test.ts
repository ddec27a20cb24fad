import { expect, test } from 'vitest';
import { clockText, parseDuration } from './duration.ts';
import { planHomes } from './plan.ts';
import { parseSimulation } from './simulation-file.ts';

test('an empty file is the demo home, and JSON is taken as YAML is', () => {
  const ids = planHomes(parseSimulation('')).flatMap(({ devices }) => devices.map(({ id }) => id));
  expect(ids).toHaveLength(13);
  expect(ids).toContain('demo-kitchen-thermostat');
  expect(parseSimulation('{"seed": 3, "homes": [{"rooms": [{"id": "hall"}]}]}')).toMatchObject({
    seed: 3,
    homes: [{ rooms: [{ id: 'hall', heaterW: 1500 }] }],
  });
});

test.for([
  ['homes: [{rooms: [{id: kitchen, florM2: 3}]}]', /homes\.0\.rooms\.0\.florM2 is not known/],
  ['period: 5', /period must be string/],
  ['period: soon', /period is not written as it has to be/],
  ['faults: [{fault: drp}]', /faults\.0\.fault .*allowed values: .*drop/],
  ['access: {pattern: {user: x}}', /access has to be one of enrol, pattern, devices and file/],
  ['seed: -1', /seed must be >= 0/],
  ['homes: [', /at line 1/],
] as const)('%s is refused in words', ([text, words]) => {
  expect(() => parseSimulation(text)).toThrow(words);
});

test.for([
  [
    'homes: [{count: 2, like: demo}, {count: 2, like: demo}]',
    /two devices are called demo1-living-thermostat/,
  ],
  ['homes: [{rooms: [{id: a}], walls: [{between: [a, b], wPerK: 1}]}]', /there is no room b/],
  ['homes: [{id: x}]', /has neither rooms nor like/],
] as const)('%s cannot be planned', ([text, words]) => {
  expect(() => planHomes(parseSimulation(text))).toThrow(words);
});

test('a number of devices repeats the last home, and leaves out what is too much', () => {
  const file = parseSimulation('homes: [{rooms: [{id: hall}]}, {id: flat, count: 3, rooms: [{id: hall}]}]');
  const idsOf = (devices?: number): string[] =>
    planHomes(file, devices).flatMap((home) => home.devices.map(({ id }) => id));
  expect(idsOf()).toHaveLength(12);
  expect(idsOf(5)).toEqual([
    'hall-thermostat',
    'hall-heater',
    'outside-sensor',
    'flat1-hall-thermostat',
    'flat1-hall-heater',
  ]);
  expect(idsOf(100)).toHaveLength(100);
  expect(idsOf(2)).toHaveLength(2);
});

test('durations are read with their unit, and shown as clocks do', () => {
  expect(['500ms', '10s', '1.5h', '-2d', '10'].map(parseDuration)).toEqual([
    500,
    10_000,
    5_400_000,
    -172_800_000,
    null,
  ]);
  expect([clockText(61_000), clockText(3_723_000)]).toEqual(['1:01', '1:02:03']);
});
