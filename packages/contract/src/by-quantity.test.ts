import { Check } from 'typebox/value';
import { describe, expect, it } from 'vitest';
import { AskOutcome, Device, ReadingEvent, type Latest } from './contract.ts';

const latest: Latest = { value: 20.6, at: 1_795_363_200_000, receivedAt: 1_795_363_200_100, isLate: false };
const device = {
  id: 'hall',
  name: 'Hall',
  roomId: null,
  source: 'contract',
  role: 'device',
  about: null,
  ask: 'none',
  isOnline: null,
  onlineSince: null,
  offlineSince: null,
  lastMessageAt: null,
  latest: {},
  command: null,
  counts: { duplicates: 0, missing: 0, awaited: 0, rejected: 0 },
};
const answered = {
  outcome: 'answered',
  measuredAt: 1_795_363_200_000,
  ageMs: 40,
  source: 'device',
  roundTripMs: 84,
  legs: { toBrokerMs: 4, onDeviceMs: 40, wireMs: 40 },
};

describe('what is told by quantity', () => {
  it.each([
    ['a device that was never heard', Device, device],
    ['a device with one value', Device, { ...device, latest: { temperature: latest } }],
    [
      'a reading of one quantity',
      ReadingEvent,
      { deviceId: 'hall', latest: { temperature: latest }, lastMessageAt: latest.receivedAt },
    ],
    ['an answer with one value', AskOutcome, { ...answered, values: { temperature: 20.6 } }],
    [
      'an answer with a fault',
      AskOutcome,
      { ...answered, values: { temperature: null }, faults: { temperature: 'the sensor is unplugged' } },
    ],
  ] as const)('is whole as %s', (_, schema, value) => {
    expect(Check(schema, value)).toBe(true);
  });

  it.each([
    ['a value of the wrong form', Device, { ...device, latest: { temperature: 20.6 } }],
    ['a quantity that nobody knows', Device, { ...device, latest: { temprature: latest } }],
    ['a value that is a list', AskOutcome, { ...answered, values: { temperature: [20.6] } }],
    [
      'a fault that is no text',
      AskOutcome,
      { ...answered, values: { temperature: null }, faults: { temperature: 7 } },
    ],
  ] as const)('is a breach with %s', (_, schema, value) => {
    expect(Check(schema, value)).toBe(false);
  });
});
