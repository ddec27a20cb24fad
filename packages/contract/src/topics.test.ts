import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  anyDeviceFilter,
  deviceIdPattern,
  deviceReads,
  deviceTopic,
  deviceWrites,
  homeIdPattern,
  messageKinds,
  parseDeviceTopic,
} from './contract.ts';

const homes = fc.stringMatching(new RegExp(`^${homeIdPattern}$`));
const devices = fc.stringMatching(new RegExp(`^${deviceIdPattern}$`));
const kinds = fc.constantFrom(...messageKinds);

test('a topic that was built is parsed into what it was built from', () => {
  fc.assert(
    fc.property(homes, devices, kinds, (home, device, kind) => {
      expect(parseDeviceTopic(deviceTopic(home, device, kind))).toEqual({ home, device, kind });
    }),
  );
});

test('any other topic is null', () => {
  fc.assert(
    fc.property(fc.string(), (topic) => {
      const parsed = parseDeviceTopic(topic);
      expect(parsed === null || deviceTopic(parsed.home, parsed.device, parsed.kind) === topic).toBe(true);
    }),
  );
  for (const topic of [
    '',
    'hearth/v1/home/hall/reading/',
    '/hearth/v1/home/hall/reading',
    'hearth/v2/home/hall/reading',
    'hearth/v1/home/Hall/reading',
    'hearth/v1/home/hall/reading\n',
    'hearth/v1/home/+/reading',
    'hearth/v1/home/hall/#',
    'hearth/v1/home/hall/toString',
    'hearth/v1//hall/reading',
    'hearth/v1/home/-hall/reading',
    `hearth/v1/home/${'a'.repeat(37)}/reading`,
  ])
    expect(parseDeviceTopic(topic), topic).toBeNull();
});

test('the filter for one kind leaves home and device open', () => {
  expect(anyDeviceFilter('reading')).toBe('hearth/v1/+/+/reading');
});

test('each kind is written by one side', () => {
  expect(deviceWrites).toEqual(['about', 'status', 'reading', 'response']);
  expect(deviceReads).toEqual(['receipt', 'request']);
});
