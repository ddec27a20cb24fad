import type { Device, QuantityName } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { abilityWords, askWords, gapWords, kindWords, muteWords, valuesOf } from './device-words.ts';
import { createFormat } from './format.ts';

const format = createFormat({ locale: 'en-GB', timeZone: 'UTC', temperatureUnit: 'celsius' });
const sensor: Device = {
  id: 'bench',
  name: 'Bench',
  roomId: null,
  source: 'contract',
  role: 'device',
  about: {
    contract: 1,
    maker: 'Acme',
    model: 'T1',
    kind: 'sensor',
    firmware: '1',
    quantities: { temperature: {}, humidity: {}, battery: {}, batteryLow: {} },
    commands: {},
  },
  ask: 'none',
  isOnline: true,
  onlineSince: null,
  offlineSince: null,
  lastMessageAt: 1_795_363_200_000,
  latest: {},
  command: null,
  counts: { duplicates: 0, missing: 0, awaited: 0, rejected: 0 },
};
const silent = { ...sensor, about: null, lastMessageAt: null };

describe('what a device is', () => {
  it('is not told before the device told it', () => {
    expect(kindWords(silent)).toBe('Not heard yet');
    expect(kindWords({ ...sensor, about: null })).toBe('Has not introduced itself');
    expect(kindWords(sensor)).toBe('Sensor');
  });

  it('is a gateway by its credential, whatever came of it', () => {
    expect(kindWords({ ...silent, role: 'gateway' })).toBe('Gateway');
    expect(abilityWords({ ...silent, role: 'gateway' }, format)).toContain('Speaks for other devices');
  });

  it('is history where its readings were imported, and nothing that could be asked', () => {
    const imported = { ...silent, source: 'import' } as const;
    expect(kindWords(imported)).toBe('Imported history');
    expect(muteWords(imported)).toBe('has only readings that were imported');
    expect(abilityWords(imported, format)).toContain('imported from a file');
  });

  it('lists what is reported as a sentence does, each thing once', () => {
    expect(abilityWords(sensor, format)).toBe(
      'Reports temperature, humidity and battery. It does not answer requests.',
    );
  });
});

it('speaks of radio only where there is radio', () => {
  expect(muteWords(sensor)).not.toContain('radio');
  expect(muteWords({ ...sensor, source: 'rtl_433' })).toContain('by radio');
  expect(muteWords({ ...sensor, about: null })).toContain('has not introduced itself');
});

it('says of each way of asking what is taken for the answer', () => {
  expect(askWords({ ...sensor, ask: 'contract' })).toBe('Answers when asked.');
  expect(askWords({ ...sensor, ask: 'rpc', source: 'shelly' })).toContain('its maker’s own way');
  expect(askWords({ ...sensor, ask: 'read', source: 'zigbee2mqtt' })).toContain('may be asleep');
  expect(askWords({ ...sensor, ask: 'read', source: 'tasmota' })).toContain('its next report is the answer');
  expect(muteWords({ ...sensor, source: 'homeassistant' })).toContain('no way to be asked');
});

describe('the values of a device', () => {
  it('have one order, whichever came first', () => {
    const latest = { value: 1, at: 0, receivedAt: 0, isLate: false };
    const order = (...names: QuantityName[]) => {
      const device = { ...sensor, latest: Object.fromEntries(names.map((name) => [name, latest])) };
      return valuesOf(device).map(([name]) => name);
    };
    expect(order('battery', 'temperature', 'heating')).toEqual(['temperature', 'heating', 'battery']);
    expect(order('heating', 'battery', 'temperature')).toEqual(['temperature', 'heating', 'battery']);
  });
});

describe('what has not come of a device', () => {
  const words = (missing: number, awaited: number) =>
    gapWords({ ...sensor.counts, missing, awaited }, format);
  it('is on its way for as long as the device has time to send it again, and not received after that', () => {
    expect(words(0, 0)).toEqual([]);
    expect(words(0, 1)).toEqual(['1 on its way']);
    expect(words(0, 2)).toEqual(['2 on their way']);
    expect(words(1200, 2)).toEqual(['1,200 not received', '2 on their way']);
  });
});
