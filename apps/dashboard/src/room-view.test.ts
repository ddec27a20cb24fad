import type {
  Alert,
  AlertsAnswer,
  Device,
  Health,
  Latest,
  QuantityName,
  Room,
  ValueFreshness,
} from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';
import { diskWords, platformTrouble, summarise } from './home-summary.ts';
import { actionAt, createRoomViews, figureFreshness, troubleOf, viewRoom } from './room-view.ts';

const nowAt = 1_795_363_200_000;
const format = createFormat({ locale: 'en-GB', timeZone: 'UTC', temperatureUnit: 'celsius' });
const value = (v: Latest['value'], ageMs = 5000): Latest => ({
  value: v,
  at: nowAt - ageMs,
  receivedAt: nowAt - ageMs,
  isLate: false,
});

/** As the server would judge a value that is reported every minute. */
function judged({ receivedAt }: Latest, isOnline: boolean | null): ValueFreshness {
  const [lateAt, staleAt, silentAt] = [90_000, 105_000, 1_800_000].map((ms) => receivedAt + ms);
  const state = isOnline === false ? 'stale' : 'live';
  const [rhythm, expectedMs, since] = ['periodic', 60_000, receivedAt] as const;
  return { state, rhythm, expectedMs, since, lateAt: lateAt!, staleAt: staleAt!, silentAt: silentAt! };
}

function device(id: string, latest: Device['latest'], more: Partial<Device> = {}): Device {
  const { isOnline = true } = more;
  const values = Object.entries(latest) as [QuantityName, Latest][];
  return {
    id,
    name: id,
    roomId: 'hall',
    source: 'contract',
    role: 'device',
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
    offlineSince: null,
    lastMessageAt: nowAt - 5000,
    latest,
    freshness: Object.fromEntries(values.map(([name, each]) => [name, judged(each, isOnline)])),
    command: null,
    counts: { duplicates: 0, missing: 0, awaited: 0, rejected: 0 },
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
const calm: AlertsAnswer = {
  open: [],
  pending: [],
  history: [],
  rules: [],
  settings: { quiet: null, escalateMin: null },
  timeZone: 'UTC',
};
const alertOf = (more: Partial<Alert>): Alert => ({
  id: 1,
  kind: 'device-offline',
  subject: 'Bench',
  name: 'Bench',
  deviceId: 'Bench',
  roomId: null,
  severity: 'warning',
  state: 'firing',
  title: 'Bench is offline',
  why: 'It lost its connection.',
  toDo: 'Look whether it has power.',
  since: nowAt - 400_000,
  firedAt: nowAt - 100_000,
  acknowledgedAt: null,
  acknowledgedBy: null,
  mutedUntil: null,
  escalatedAt: null,
  resolvedAt: null,
  ...more,
});
const viewOf = (...devices: Device[]) => viewRoom(room, new Map(devices.map((d) => [d.id, d])));

describe('the view of a room', () => {
  it('takes each figure from the device that the room names', () => {
    const view = viewOf(thermostat, heater);
    expect(view.temperature?.latest.value).toBe(20.6);
    expect(view.setpoint?.latest.value).toBe(21);
    expect(view).toMatchObject({ control: { min: 5, max: 30, step: 0.5 } });
    expect(actionAt(view, nowAt)).toBe('heating');
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
    expect(view).toMatchObject({ control: null, setpoint: null });
    expect(actionAt(view, nowAt)).toBeNull();
    expect(view.temperature?.latest.value).toBe(3.2);
  });

  it('stays the same object while neither the room nor its devices change', () => {
    const views = createRoomViews();
    const first = views([room], [thermostat, heater]);
    expect(views([room], [thermostat, heater])[0]).toBe(first[0]);
    expect(views([room], [{ ...thermostat }, heater])[0]).not.toBe(first[0]);
  });

  it('does what any of its heaters does, as far as they speak of now', () => {
    const both = {
      ...room,
      heatingFrom: ['hall-h', 'hall-floor'],
      deviceIds: ['hall-t', 'hall-h', 'hall-floor'],
    };
    const of = (one: Device, other: Device, thermometer = thermostat) => {
      const all = [thermometer, one, other].map((each) => [each.id, each] as const);
      return actionAt(viewRoom(both, new Map(all)), nowAt);
    };
    const floor = (on: boolean, ageMs?: number) => device('hall-floor', { heating: value(on, ageMs) });
    const cold = device('hall-h', { heating: value(false) });
    const gone = device('hall-h', { heating: value(true, 3_600_000) }, { isOnline: false });
    expect(of(cold, floor(true))).toBe('heating');
    expect(of(cold, floor(false))).toBe('idle');
    expect(of(gone, floor(false))).toBe('idle');
    expect(of(gone, floor(true, 3_600_000))).toBeNull();
    const offline = device('hall-t', thermostat.latest, { isOnline: false });
    expect(of(cold, floor(true), offline)).toBeNull();
  });

  it('believes no value that the server does not judge', () => {
    const { temperature } = viewOf({ ...thermostat, freshness: {} }, heater);
    expect(temperature && figureFreshness(temperature, nowAt)).toBe('silent');
  });

  it('tells faults, frost, staleness and silence apart', () => {
    const of = (latest: Latest, more: Partial<Device> = {}) =>
      troubleOf(viewOf(device('hall-t', { temperature: latest }, more), heater), nowAt);
    expect(of(value(20))).toBeNull();
    expect(of(value(4.9))).toBe('frost');
    expect(of({ ...value(null), fault: 'unplugged' })).toBe('fault');
    expect(of(value(20, 600_000))).toBe('stale');
    expect(of(value(20), { isOnline: false })).toBe('stale');
    expect(of(value(20, 3_600_000), { isOnline: false })).toBe('silent');
  });
});

describe('the sentence of the home', () => {
  const sum = (devices: Device[], ...open: Alert[]) =>
    summarise([viewOf(...devices)], devices, { ...calm, open }, nowAt, format);

  it('says that all is well, and what it is like outside', () => {
    const outside = device('out', { outsideTemperature: value(3.24) });
    expect(sum([thermostat, heater, outside])).toMatchObject({
      tone: 'calm',
      sentence: '3 devices reporting.',
      more: 'Outside 3.2 °C. One room is heating.',
    });
  });

  it('says nothing of the weather or of heating that it heard long ago', () => {
    const outside = device('out', { outsideTemperature: value(3.24, 3_600_000) }, { isOnline: false });
    const heated = device('hall-h', { heating: value(true, 3_600_000) }, { isOnline: false });
    expect(sum([thermostat, heated, outside]).more).toBe('');
    const silent = device('hall-t', thermostat.latest, { isOnline: false });
    expect(sum([silent, heater]).more).toBe('');
  });

  it('gives way while the devices, the store or the server cannot be reached', () => {
    const live = { state: 'live', sinceAt: nowAt } as const;
    const health = (isConnected: boolean, isWritable: boolean): Health => ({
      status: isConnected && isWritable ? 'ok' : 'degraded',
      now: nowAt,
      broker: { isConnected, since: Date.UTC(2026, 10, 22, 14, 2) },
      store: { isWritable, readings: 1, lastCommitMs: null },
    });
    expect(platformTrouble(live, undefined, format)).toBeNull();
    expect(platformTrouble(live, health(true, true), format)).toBeNull();
    expect(platformTrouble(live, health(false, true), format)).toMatchObject({
      tone: 'warn',
      sentence: 'No device has been heard since 14:02.',
    });
    expect(platformTrouble(live, health(true, false), format)).toMatchObject({
      tone: 'bad',
      sentence: 'New readings can’t be stored.',
    });
    const broker = (state: 'ok' | 'full' | 'failing'): Health => {
      const well = health(true, true);
      return {
        ...well,
        broker: { ...well.broker!, journal: { state, since: well.broker!.since!, words: '' } },
      };
    };
    expect(platformTrouble(live, broker('ok'), format)).toBeNull();
    expect(diskWords(broker('ok').broker?.journal)).toBeNull();
    for (const state of ['full', 'failing'] as const) {
      const sentence = 'No new readings since 14:02.';
      expect(platformTrouble(live, broker(state), format)).toMatchObject({ tone: 'bad', sentence });
    }
    expect(diskWords(broker('full').broker?.journal)?.toDo).toMatch(/Make space/);
    const failing = { state: 'failing', since: nowAt, words: 'Check it.' } as const;
    expect(diskWords(failing)).toEqual({
      what: expect.stringMatching(/the disk refuses/),
      toDo: 'Check it.',
    });
    // Also where the broker lets nobody in for it.
    const refused = { ...health(false, true).broker!, journal: failing };
    expect(platformTrouble(live, { ...health(false, true), broker: refused }, format)?.tone).toBe('bad');
    const away = { state: 'away', sinceAt: Date.UTC(2026, 10, 22, 14, 2) } as const;
    expect(platformTrouble(away, health(true, true), format)?.sentence).toBe('As it was at 14:02.');
  });

  it('says what is wrong as its first alert does, what nobody sees to before what somebody does', () => {
    const frost = alertOf({
      kind: 'frost-risk',
      severity: 'urgent',
      title: 'Frost can set in',
      why: '3.9 °C.',
    });
    const seen = alertOf({ state: 'acknowledged', acknowledgedBy: 'Ada' });
    expect(sum([thermostat, heater], seen)).toMatchObject({
      tone: 'warn',
      sentence: 'Bench is offline.',
      more: 'It lost its connection. Ada sees to it. One room is heating.',
      to: '/alerts',
    });
    expect(sum([thermostat, heater], frost, seen)).toMatchObject({
      tone: 'bad',
      sentence: 'Frost can set in.',
      more: '3.9 °C. One more alert. One room is heating.',
    });
    const acknowledged = { ...frost, state: 'acknowledged' } as const;
    expect(sum([thermostat, heater], acknowledged, alertOf({})).sentence).toBe('Bench is offline.');
  });

  it('stays calm over what is muted, what can wait and what is only watched, and says the last two', () => {
    const muted = alertOf({ mutedUntil: nowAt + 1000 });
    expect(sum([thermostat, heater], muted).sentence).toBe('2 devices reporting.');
    const note = alertOf({ kind: 'battery-low', severity: 'note', title: 'The battery of Bench is low' });
    expect(sum([thermostat, heater], note)).toMatchObject({
      tone: 'calm',
      sentence: '2 devices reporting.',
      more: 'The battery of Bench is low. One room is heating.',
    });
    const left = device('Bench', { heating: value(true, 30_000) }, { isOnline: false });
    const pending = [{ kind: 'device-offline', name: 'Bench', why: '', since: nowAt }] as const;
    const watched = { ...calm, pending: [...pending] };
    expect(summarise([], [thermostat, left], watched, nowAt, format)).toMatchObject({
      tone: 'calm',
      sentence: '1 of 2 devices reporting.',
      more: 'Being watched: Bench.',
    });
    expect(summarise([], [thermostat], null, nowAt, format).more).toBe('Alerts could not be looked up.');
  });

  it('says of devices that hand in what they kept that they do, and not that they are silent', () => {
    const kept = (receivedMs: number): Latest => ({
      ...value(20, 6 * 3_600_000),
      receivedAt: nowAt - receivedMs,
      isLate: true,
    });
    const stale = { state: 'stale', lateAt: null, staleAt: null } as const;
    const handingIn = (id: string, latest: Device['latest'], silentAt: number): Device => {
      const made = device(id, latest);
      const freshness = Object.entries(made.freshness!).map(([name, each]) => [
        name,
        { ...each, ...stale, silentAt },
      ]);
      return { ...made, freshness: Object.fromEntries(freshness) as NonNullable<Device['freshness']> };
    };
    const one = handingIn('hall-t', { temperature: kept(500) }, nowAt + 14_500);
    const other = handingIn('hall-h', { heating: kept(2000) }, nowAt + 13_000);
    expect(sum([one, other])).toEqual({
      tone: 'calm',
      sentence: '2 devices are handing in what they measured before.',
      more: 'What you see is from before.',
      to: null,
    });
    expect(sum([one, heater])).toMatchObject({
      tone: 'calm',
      sentence: 'hall-t is handing in what it measured before.',
    });
    expect(troubleOf(viewOf(one, heater), nowAt)).toBe('stale');
    expect(sum([one, heater], alertOf({})).more).toMatch('hall-t is handing in what it measured before.');
    // It stopped midway.
    const stopped = handingIn('hall-t', { temperature: kept(60_000) }, nowAt - 45_000);
    expect(sum([stopped, heater]).sentence).toBe('1 of 2 devices reporting.');
  });

  it('waits for a device that was never heard without calling it silent', () => {
    const fresh = device('new', {}, { isOnline: null, lastMessageAt: null });
    expect(sum([thermostat, heater, fresh]).sentence).toBe('2 devices reporting.');
    expect(sum([fresh]).sentence).toBe('Waiting for the first reading.');
    // Connected, and perhaps introduced, is not reporting.
    const muted = device('Bench', {}, { lastMessageAt: nowAt - 1000 });
    expect(sum([thermostat, heater, muted])).toMatchObject({
      tone: 'calm',
      sentence: '2 devices reporting.',
      more: 'Bench has sent no reading yet. One room is heating.',
    });
  });
});
