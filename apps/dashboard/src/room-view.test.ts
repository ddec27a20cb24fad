import type { Device, Latest, Room } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';
import { summarise } from './home-summary.ts';
import { createRoomViews, troubleOf, viewRoom } from './room-view.ts';

const nowAt = 1_795_363_200_000;
const format = createFormat({ locale: 'en-GB', timeZone: 'UTC', temperatureUnit: 'celsius' });
const value = (v: Latest['value'], ageMs = 5000): Latest => ({
  value: v,
  at: nowAt - ageMs,
  receivedAt: nowAt - ageMs,
  isLate: false,
});

function device(id: string, latest: Device['latest'], more: Partial<Device> = {}): Device {
  return {
    id,
    name: id,
    roomId: 'hall',
    source: 'contract',
    about: {
      contract: 1,
      maker: 'Acme',
      model: 'T1',
      kind: 'thermostat',
      firmware: '1',
      quantities: { temperature: { periodMs: 10_000 } },
      commands: { get: true, set: { setpoint: { min: 5, max: 30, step: 0.5 } } },
    },
    ask: 'contract',
    isOnline: true,
    onlineSince: nowAt - 3_600_000,
    lastMessageAt: nowAt - 5000,
    latest,
    command: null,
    counts: { duplicates: 0, missing: 0, rejected: 0 },
    ...more,
  };
}

const room: Room = {
  id: 'hall',
  name: 'Hall',
  temperatureFrom: 'hall-t',
  setpointFrom: 'hall-t',
  heatingFrom: ['hall-h'],
  deviceIds: ['hall-t', 'hall-h'],
};
const thermostat = device('hall-t', { temperature: value(20.6), setpoint: value(21) });
const heater = device('hall-h', { heating: value(true) });
const viewOf = (...devices: Device[]) => viewRoom(room, new Map(devices.map((d) => [d.id, d])));

describe('the view of a room', () => {
  it('takes each figure from the device that the room names', () => {
    const view = viewOf(thermostat, heater);
    expect(view.temperature?.latest.value).toBe(20.6);
    expect(view.setpoint?.latest.value).toBe(21);
    expect(view).toMatchObject({ action: 'heating', control: { min: 5, max: 30, step: 0.5 } });
  });

  it('shows the outside temperature of a room that only measures outside', () => {
    const outside = device('out', { outsideTemperature: value(3.2) }, { about: null });
    const place: Room = {
      ...room,
      temperatureFrom: null,
      setpointFrom: null,
      heatingFrom: [],
      deviceIds: ['out'],
    };
    const view = viewRoom(place, new Map([['out', outside]]));
    expect(view).toMatchObject({ action: null, control: null, setpoint: null });
    expect(view.temperature?.latest.value).toBe(3.2);
  });

  it('stays the same object while neither the room nor its devices change', () => {
    const views = createRoomViews();
    const first = views([room], [thermostat, heater]);
    expect(views([room], [thermostat, heater])[0]).toBe(first[0]);
    expect(views([room], [{ ...thermostat }, heater])[0]).not.toBe(first[0]);
  });

  it('tells faults, frost, staleness and silence apart', () => {
    const of = (latest: Latest, more: Partial<Device> = {}) =>
      troubleOf(viewOf({ ...thermostat, ...more, latest: { temperature: latest } }, heater), nowAt);
    expect(of(value(20))).toBeNull();
    expect(of(value(4.9))).toBe('frost');
    expect(of({ ...value(null), fault: 'unplugged' })).toBe('fault');
    expect(of(value(20, 600_000))).toBe('stale');
    expect(of(value(20), { isOnline: false })).toBe('silent');
  });
});

describe('the sentence of the home', () => {
  const sum = (...devices: Device[]) => summarise([viewOf(...devices)], devices, nowAt, format);

  it('says that all is well, and what it is like outside', () => {
    const outside = device('out', { outsideTemperature: value(3.24) });
    expect(sum(thermostat, heater, outside)).toMatchObject({
      tone: 'calm',
      sentence: 'All 3 devices answering.',
      more: 'Outside 3.2 °C. One room is heating.',
    });
  });

  it('names the silent device and for how long', () => {
    const silent = device('Bathroom heater', {}, { isOnline: false, lastMessageAt: nowAt - 40 * 60_000 });
    expect(sum(thermostat, heater, silent)).toMatchObject({
      tone: 'warn',
      sentence: 'Bathroom heater has been silent for 40 min.',
      deviceId: 'Bathroom heater',
    });
  });

  it('puts frost before everything', () => {
    const cold = { ...thermostat, latest: { temperature: value(3.9) } };
    const silent = device('Shed', {}, { isOnline: false, lastMessageAt: nowAt - 40 * 60_000 });
    expect(sum(cold, heater, silent)).toMatchObject({
      sentence: 'Hall is at 3.9 °C: frost can set in.',
      more: 'Shed has been silent for 40 min. One room is heating.',
    });
  });

  it('waits for a device that was never heard without calling it silent', () => {
    const fresh = device('new', {}, { isOnline: null, lastMessageAt: null });
    expect(sum(thermostat, heater, fresh).sentence).toBe('All 2 devices answering.');
    expect(sum(fresh).sentence).toBe('Waiting for the first reading.');
  });
});
