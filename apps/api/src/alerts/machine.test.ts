import type { Device, Objective } from '@hearth/contract';
import { describe, expect, test } from 'vitest';
import type { Present } from './observer.ts';
import { beginAt, calm, deviceAt, roomOf, startWatch } from './test-house.ts';

const minuteMs = 60_000;

/** A thermostat in a room, as it is after so many minutes. */
type Story = (minute: number, at: number) => Partial<Present> & { device?: Device };

const withRoom =
  (values: Record<string, number | boolean>, more: Partial<Device> = {}): Story =>
  (_, at) => {
    const device = deviceAt('hall', at, values, more);
    return { devices: [device], rooms: [roomOf('hall-room', ['hall'])] };
  };

const linear =
  (from: number, perMinute: number, more: Record<string, number | boolean> = {}): Story =>
  (minute, at) =>
    withRoom({ temperature: from + perMinute * minute, ...more })(minute, at);

function play(story: Story, minutes: number): string[] {
  const watch = startWatch();
  return watch.pass(minutes, (now) => ({ ...calm, ...story((now - beginAt) / minuteMs, now) }));
}

/** An objective whose budget burns, or does not. */
function burning(isBurning: boolean): Objective {
  const rate = isBurning ? 20 : 0;
  const burns = [{ long: { ms: 3_600_000, rate }, short: { ms: 300_000, rate }, limit: 14.4, isBurning }];
  return { kind: 'available', target: 0.995, share: 0.99, budgetLeft: 0.4, burns };
}

describe('what fires, and what does not', () => {
  test.for<[name: string, minutes: number, said: string[], story: Story]>([
    ['a calm room', 300, [], withRoom({ temperature: 20, setpoint: 20, heating: false })],
    [
      'a device offline',
      20,
      ['fired device-offline hall'],
      withRoom({}, { isOnline: false, offlineSince: beginAt }),
    ],
    [
      'a device that comes back within five minutes',
      60,
      [],
      (minute, at) => withRoom({}, minute < 4 ? { isOnline: false, offlineSince: beginAt } : {})(minute, at),
    ],
    [
      'a value that falls silent, and comes back',
      120,
      ['fired value-silent hall', 'resolved value-silent hall'],
      (minute) => withRoom({ temperature: 20 })(minute, minute > 60 ? beginAt + minute * minuteMs : beginAt),
    ],
    ['a cold room', 60, ['fired room-cold hall-room'], withRoom({ temperature: 12 })],
    [
      'a cold room, of a sensor that reports twice an hour',
      180,
      ['fired room-cold hall-room'],
      (minute) => withRoom({ temperature: 12 })(minute, beginAt + Math.floor(minute / 30) * 30 * minuteMs),
    ],
    ['a hot room', 60, ['fired room-hot hall-room'], withRoom({ temperature: 30 })],
    ['frost, which hides the cold', 60, ['fired frost-risk hall-room'], withRoom({ temperature: 4 })],
    [
      'a room at the limit, once',
      240,
      ['fired room-cold hall-room'],
      (minute, at) => withRoom({ temperature: minute < 30 || minute % 3 < 1 ? 13.8 : 14.2 })(minute, at),
    ],
    [
      'a heater that heats nothing',
      90,
      ['fired no-warming hall-room'],
      withRoom({ temperature: 17, setpoint: 21, heating: true }),
    ],
    ['a heater that heats', 90, [], linear(17, 0.02, { setpoint: 21, heating: true })],
    [
      'a room that warms by itself',
      90,
      ['fired warming-uncalled hall-room'],
      linear(21, 0.05, { setpoint: 18, heating: false }),
    ],
    [
      'an open window, which ends by itself',
      90,
      ['fired window-open hall-room', 'resolved window-open hall-room'],
      (minute, at) =>
        withRoom({ temperature: minute < 30 ? 20 : Math.max(17, 20 - (minute - 30) * 0.2) })(minute, at),
    ],
    ['a night’s fall', 120, [], linear(21, -0.03)],
    ['a low battery', 30, ['fired battery-low hall'], withRoom({ battery: 9 })],
    [
      'a clock of tomorrow',
      30,
      ['fired clock-wrong hall'],
      (_, at) => ({ devices: [deviceAt('hall', at, { humidity: 40 })], clockAheadMs: () => 10 * minuteMs }),
    ],
    [
      'gaps',
      30,
      ['fired gaps hall'],
      (minute, at) =>
        withRoom({}, { counts: { duplicates: 0, missing: minute < 5 ? 3 : 30, awaited: 0, rejected: 0 } })(
          minute,
          at,
        ),
    ],
    [
      'one that comes and goes',
      150,
      ['fired flapping hall', 'resolved flapping hall'],
      (minute, at) => ({ ...withRoom({})(minute, at), comings: () => Math.min(10, Math.floor(minute / 5)) }),
    ],
    [
      'one that comes and goes now and then',
      240,
      [],
      (minute, at) => ({
        ...withRoom({})(minute, at),
        comings: () => Math.floor(minute / 15),
      }),
    ],
    [
      'a disk',
      30,
      ['fired disk-filling disk'],
      () => ({ storage: { freeB: 4e8, years: null, isWritable: true } }),
    ],
    ['a backup', 5, ['fired backup-red backup'], () => ({ backup: { ...calm.backup, state: 'red' } })],
    [
      'a certificate of ten days',
      10,
      ['fired certificate-ending certificate'],
      (_, at) => ({ certificateEndsAt: at + 10 * 24 * 60 * minuteMs }),
    ],
    ['a certificate of a year', 10, [], (_, at) => ({ certificateEndsAt: at + 365 * 24 * 60 * minuteMs })],
    [
      'a budget of errors that burns by what is away too shortly to be told of',
      120,
      ['fired budget-burning available', 'resolved budget-burning available'],
      (minute) => ({ objectives: [burning(minute > 10 && minute < 90)] }),
    ],
    [
      'a budget that burnt by a device that was told of',
      120,
      ['fired device-offline hall', 'resolved device-offline hall'],
      (minute, at) => ({
        ...withRoom({}, minute < 40 ? { isOnline: false, offlineSince: beginAt } : {})(minute, at),
        objectives: [burning(minute < 75)],
      }),
    ],
  ])('%s', ([, minutes, said, story]) => {
    expect(play(story, minutes)).toEqual(said);
  });

  test('messages that are not understood, after the firmware changed and not before', () => {
    const story =
      (changesAt: number): Story =>
      (minute, at) => {
        const about = { firmware: minute < changesAt ? '1.0' : '2.0', quantities: {} } as Device['about'];
        const rejected = minute < 10 ? 0 : 4;
        return withRoom({}, { about, counts: { duplicates: 0, missing: 0, awaited: 0, rejected } })(
          minute,
          at,
        );
      };
    expect(play(story(5), 30)).toEqual(['fired firmware-broken hall']);
    expect(play(story(1000), 30)).toEqual([]);
  });
});

test('a low battery says how long it lasts, where that is known', () => {
  const watch = startWatch();
  const devices = (at: number) => [deviceAt('hall', at, { battery: 12 })];
  watch.pass(20, (at) => ({ ...calm, devices: devices(at), batteryEmptyAt: () => Date.UTC(2027, 0, 20) }));
  expect([...watch.open.values()].map(({ why }) => why)).toEqual([
    'It has 12 % left; told below 15 %. By how it fell until now it lasts until about January 2027.',
  ]);
});

test('a firmware that breaks the contract is told of once over our restarts, and one that changed before them too', () => {
  const watch = startWatch();
  const story = (firmware: string, rejected: number) => (now: number) => {
    const about = { firmware, quantities: {} } as unknown as Device['about'];
    const counts = { duplicates: 0, missing: 0, awaited: 0, rejected };
    return { ...calm, ...withRoom({}, { about, counts })(0, now) };
  };
  watch.pass(10, story('1.0', 0));
  watch.pass(10, story('2.0', 0));
  watch.restart(5);
  expect(watch.pass(5, story('2.0', 0))).toEqual([]);
  expect(watch.pass(5, story('2.0', 4))).toEqual(['fired firmware-broken hall']);
  watch.restart(5);
  expect(watch.pass(20, story('2.0', 4))).toEqual([]);
  expect(watch.pass(60, story('2.0', 4))).toEqual(['resolved firmware-broken hall']);
});

describe('a storm', () => {
  const fleet = (at: number, more: (index: number) => Partial<Device>): Device[] =>
    Array.from({ length: 500 }, (_, i) => deviceAt(`device-${i}`, at, { temperature: 20 }, more(i)));

  test('the broker dies with 500 devices: one alert, then one resolve', () => {
    const watch = startWatch();
    const said = watch.pass(100, (now) => {
      const minute = (now - beginAt) / minuteMs;
      const isAway = minute > 10 && minute < 60;
      // Back, all of them are offline at first, and come one after the other.
      const isOnline = (i: number) => (isAway ? null : minute < 10 || minute > 60 + (i % 4));
      return {
        ...calm,
        broker: { isConnected: !isAway, since: beginAt },
        devices: fleet(minute < 10 ? now : minute > 64 ? now : beginAt + 10 * minuteMs, (i) => ({
          isOnline: isOnline(i),
          offlineSince: isOnline(i) === false ? beginAt + 60 * minuteMs : null,
        })),
      };
    });
    expect(said).toEqual(['fired broker-away broker', 'resolved broker-away broker']);
  });

  test('the wireless network dies, and the broker stays: one alert, then one resolve', () => {
    const watch = startWatch();
    const said = watch.pass(90, (now) => {
      const isAway = now > beginAt + 10 * minuteMs && now < beginAt + 60 * minuteMs;
      const gone = { isOnline: false, offlineSince: beginAt + 10 * minuteMs };
      return { ...calm, devices: fleet(isAway ? beginAt + 10 * minuteMs : now, () => (isAway ? gone : {})) };
    });
    expect(said).toEqual(['fired network-away home', 'resolved network-away home']);
  });

  test('a network that is away for more than a day stays one alert, and so does its return', () => {
    const watch = startWatch();
    const backAt = beginAt + 27 * 60 * minuteMs;
    const said = watch.pass(28 * 60, (now) => {
      const isAway = now > beginAt + 60 * minuteMs && now < backAt;
      const gone = { isOnline: false, offlineSince: beginAt + 60 * minuteMs };
      // Back, each reports when it is its turn, within its three minutes and later.
      const at = (i: number) =>
        isAway || now < backAt + (i % 6) * minuteMs ? beginAt + 60 * minuteMs : Math.max(now, backAt);
      const devices = Array.from({ length: 40 }, (_, i) =>
        deviceAt(
          `device-${i}`,
          now <= beginAt + 60 * minuteMs ? now : at(i),
          { temperature: 20 },
          isAway ? gone : { onlineSince: now < backAt ? beginAt : backAt },
        ),
      );
      return { ...calm, devices };
    });
    expect(said).toEqual(['fired network-away home', 'resolved network-away home']);
  });

  test('a gateway is down: it, and not what is behind it', () => {
    const watch = startWatch();
    const said = watch.pass(90, (now) => {
      const gone = { isOnline: false, offlineSince: beginAt };
      const behind = deviceAt('valve', beginAt, { temperature: 20 }, { ...gone, source: 'zigbee2mqtt' });
      return { ...calm, devices: [deviceAt('bridge', now, {}, { ...gone, role: 'gateway' }), behind] };
    });
    expect(said).toEqual(['fired gateway-offline bridge']);
  });

  test('two gateways are down: one alert each, and none of what is behind them; a third goes on', () => {
    const watch = startWatch();
    const gone = { isOnline: false, offlineSince: beginAt };
    const gatewayOf = (id: string): string => id.split('-')[0]!;
    const said = watch.pass(90, (now) => {
      const gateway = (id: string) => deviceAt(id, now, {}, { ...(id !== 'roof' && gone), role: 'gateway' });
      const valves = ['attic', 'cellar', 'roof'].flatMap((id) =>
        Array.from({ length: 5 }, (_, i) =>
          deviceAt(
            `${id}-${i}`,
            id === 'roof' ? now : beginAt,
            { temperature: 20 },
            {
              source: 'zigbee2mqtt',
              ...(id !== 'roof' && gone),
            },
          ),
        ),
      );
      return { ...calm, gatewayOf, devices: [...['attic', 'cellar', 'roof'].map(gateway), ...valves] };
    });
    expect(said).toEqual(['fired gateway-offline attic', 'fired gateway-offline cellar']);
  });
});

describe('our own restart', () => {
  test('makes nothing fire, and nothing that is open resolve or fire anew', () => {
    const watch = startWatch();
    const gone = { isOnline: false, offlineSince: beginAt };
    const story = (now: number): Present => ({
      ...calm,
      rooms: [roomOf('hall-room', ['hall'])],
      devices: [
        deviceAt('hall', now, { temperature: 12 }),
        deviceAt('attic', beginAt, { temperature: 18 }),
        deviceAt('shed', beginAt, {}, gone),
      ],
    });
    expect(watch.pass(60, story)).toEqual([
      'fired device-offline shed',
      'fired room-cold hall-room',
      'fired value-silent attic',
    ]);
    watch.restart(600);
    const since = watch.now();
    // For five minutes nobody was heard yet: all values are hours old, and who is offline is all that is known.
    const unheard = story(beginAt);
    for (const device of unheard.devices) if (device.isOnline === true) device.isOnline = null;
    const after = (now: number): Present => (now < since + 5 * minuteMs ? unheard : story(now));
    expect(watch.pass(240, after)).toEqual([]);
    expect([...watch.open.keys()].toSorted()).toEqual([
      'device-offline shed',
      'room-cold hall-room',
      'value-silent attic',
    ]);
  });
});

test('what nobody acknowledges is escalated once; what somebody does is not', () => {
  const watch = startWatch(30);
  const cold = (now: number): Present => ({ ...calm, ...withRoom({ temperature: 12 })(0, now) });
  expect(watch.pass(120, cold)).toEqual(['fired room-cold hall-room', 'escalated room-cold hall-room']);
  const other = startWatch(30);
  other.pass(25, cold);
  for (const alert of other.open.values()) alert.state = 'acknowledged';
  expect(other.pass(120, cold)).toEqual([]);
});
