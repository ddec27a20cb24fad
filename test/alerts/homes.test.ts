import { expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { scenarios } from './scenarios.ts';
import { watchHomes } from './watched.ts';

/** A flat for each; one setpoint, as the hour of a schedule is the machine's. */
const homes = scenarios.map((_, i) => ({
  id: `flat${i}`,
  outside: false,
  rooms: [
    {
      id: 'room',
      name: `Room ${i}`,
      devices: ['thermostat', 'sensor'],
      heaterW: 800,
      mode: 'heat',
      schedule: [{ from: 0, setpoint: 20.5 }],
    },
  ],
}));
const ids = scenarios.map(({ at }, i) => `flat${i}-room-${at}`);

test.runIf(depth.hasAlertHomes)(
  `${scenarios.length} real homes in trouble, then our restart, the broker's, and a clock of ours that is wrong: each is told of rightly`,
  { timeout: 600_000 },
  async () => {
    await using watched = await watchHomes(
      JSON.stringify({ start: '2026-01-15T05:00:00Z', period: '5m', homes }),
    );
    /** What is told while something happens. */
    const toldOf = async (happen: () => Promise<void>): Promise<string[]> => {
      const before = watched.told.length;
      await happen();
      return watched.told.slice(before);
    };
    expect(await toldOf(() => watched.pass(60))).toEqual([]);
    for (const [i, { fault }] of scenarios.entries()) {
      const { forMin, ...what } = fault;
      watched.simulation.faults.start({
        devices: ids[i]!,
        ...what,
        forMs: forMin === undefined ? undefined : forMin * 60_000,
      });
    }
    const told = await toldOf(() => watched.pass(150));
    const subjectOf = (line: string): string => line.split(' ')[2]!;
    const wanted = scenarios.map(({ alerts, state }, i) => ({ alerts, state, id: ids[i]! }));
    const devices = await watched.devices();
    const found = wanted.map(({ id }, i) => ({
      alerts: told
        .filter((line) =>
          [`room-${i}`, `flat${i}-room-thermostat`, `flat${i}-room-sensor`].includes(subjectOf(line)),
        )
        .map((line) => line.split(' ').slice(0, 2).join(' ')),
      state: devices.find((device) => device.id === id)?.freshness?.temperature?.state,
      id,
    }));
    const right = found.flatMap(({ alerts }, i) =>
      alerts.filter((each) => wanted[i]!.alerts.some((one) => one === each)),
    );
    const labels = wanted.flatMap(({ alerts }) => alerts);
    console.log(
      `alerts of homes: precision ${(right.length / told.length).toFixed(3)}, recall ${(right.length / labels.length).toFixed(3)}, of ${labels.length}`,
    );
    expect(found).toEqual(wanted);
    expect(told).toHaveLength(labels.length);

    const restart = async (): Promise<void> => {
      await watched.restartApi(5);
      await watched.pass(40);
    };
    expect(await toldOf(restart)).toEqual([]);
    const restartBroker = async (): Promise<void> => {
      await watched.stopBroker();
      await watched.pass(4);
      await watched.startBroker();
      await watched.pass(20);
    };
    expect(await toldOf(restartBroker)).toEqual(['fired broker-away broker', 'resolved broker-away broker']);
    const setClock = async (): Promise<void> => {
      watched.setClock(3_600_000);
      await watched.pass(20);
      watched.setClock(-3_600_000);
      await watched.pass(20);
    };
    // A clock that was ahead of ours, and is not now, has its readings taken again: what is told of those is its own story.
    const withWrongClock = new Set(ids.filter((_, n) => scenarios[n]!.fault.fault.startsWith('clock-')));
    const ofOthers = (await toldOf(setClock)).filter((line) => !withWrongClock.has(subjectOf(line)));
    expect(ofOthers).toEqual(['fired clock-wrong hearth', 'resolved clock-wrong hearth']);
  },
);

test.runIf(depth.hasAlertHomes)(
  'a home lives through the night in which an hour is missing, and one of its thermometers stands still',
  { timeout: 600_000 },
  async () => {
    const schedule = [{ from: 0, setpoint: 20.5 }];
    const study = {
      id: 'study',
      name: 'Study',
      devices: ['thermostat', 'sensor'],
      heaterW: 800,
      mode: 'heat',
      schedule,
    };
    const flat = { id: 'flat', outside: false, rooms: [study] };
    await using watched = await watchHomes(
      JSON.stringify({ start: '2026-03-28T22:00:00Z', period: '5m', homes: [flat] }),
    );
    const { faults } = watched.simulation;
    await watched.pass(20);
    faults.start({ devices: 'flat-study-sensor', fault: 'frozen-sensor' });
    await watched.pass(80);
    // Air goes out of the window: the other one in the room falls by some degrees.
    faults.start({ devices: 'flat-study-thermostat', fault: 'open-window', forMs: 20 * 60_000 });
    // Clocks go from two to three at one in UTC.
    await watched.pass(5 * 60);
    expect(watched.nowAt()).toBeGreaterThan(Date.parse('2026-03-29T04:00:00Z'));
    expect(watched.told).toEqual([
      'fired window-open study',
      'resolved window-open study',
      'fired frozen-sensor flat-study-sensor',
    ]);
    const states = (await watched.devices()).flatMap(({ freshness = {} }) => Object.values(freshness));
    expect(new Set(states.map(({ state }) => state))).toEqual(new Set(['live']));
  },
);
