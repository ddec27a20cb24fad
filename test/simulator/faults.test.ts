import type { About, Reading, Status } from '@hearth/contract';
import type { Simulation } from '@hearth/simulator';
import { expect, test } from 'vitest';
import { flatIds, flatPlatform, flatYaml, startFlat } from './flat.ts';
import type { Platform } from './platform.ts';

const never = new AbortController().signal;
const thermostat = 'kitchen-thermostat';
const heater = 'kitchen-heater';
const poll = { interval: 10, timeout: 10_000 };

interface Stage {
  platform: Platform;
  flat: Simulation;
  /** Lets simulated seconds pass. */
  readonly pass: (seconds: number) => Promise<void>;
  /** Readings of the thermostat that came since the last call, once `atLeast` have. */
  readonly readings: (atLeast: number) => Promise<Reading[]>;
  /** Payloads of its readings that came since the last call, once `atLeast` have. */
  readonly texts: (atLeast: number) => Promise<string[]>;
  readonly statuses: (device?: string) => Status[];
}

/** The flat, a simulated minute after its start. */
async function onStage(play: (stage: Stage) => Promise<void>, yaml = flatYaml): Promise<void> {
  await using platform = await flatPlatform();
  await using flat = await startFlat(platform, { speed: 'max', yaml });
  let taken = 0;
  const take = async (atLeast: number) => {
    const heard = () => platform.of(thermostat, 'reading').slice(taken);
    await expect.poll(() => heard().length, poll).toBeGreaterThanOrEqual(atLeast);
    const all = heard();
    taken += all.length;
    return all;
  };
  const stage: Stage = {
    platform,
    flat,
    pass: (seconds) => flat.runFor(seconds * 1000, never),
    readings: async (atLeast) =>
      (await take(atLeast)).flatMap(({ message }) => (message.ok ? [message.value as Reading] : [])),
    texts: async (atLeast) => (await take(atLeast)).map(({ text }) => text),
    statuses: (device = thermostat) => platform.values<Status>(device, 'status'),
  };
  await stage.pass(20);
  await stage.readings(10);
  await play(stage);
}

const seqs = (readings: readonly Reading[]): number[] => readings.map(({ seq }) => seq);

test('an open window cools its room, and its neighbour less', () =>
  onStage(async ({ flat, pass }) => {
    const airC = (room: string): number => flat.homes[0]!.state.rooms[room]!.airC;
    const before = [airC('kitchen'), airC('living')] as const;
    flat.faults.start({ devices: thermostat, fault: 'open-window' });
    await pass(200);
    expect(before[0] - airC('kitchen')).toBeGreaterThan(1);
    expect(before[1] - airC('living')).toBeLessThan(0.5);
  }));

test('a broken heater says that it heats and takes no power', () =>
  onStage(async ({ flat, platform, pass }) => {
    flat.faults.start({ devices: thermostat, fault: 'broken-heater' });
    await pass(360);
    const last = () => platform.values<Reading>(heater, 'reading').at(-1)!.values;
    await expect.poll(last, poll).toMatchObject({ heating: true, power: 0 });
  }));

test('a stuck valve heats a room that is warm enough', () =>
  onStage(async ({ flat, platform, pass }) => {
    flat.faults.start({ devices: heater, fault: 'stuck-valve', by: 0.6 });
    await pass(30);
    const last = () => platform.values<Reading>(heater, 'reading').at(-1)!.values;
    await expect.poll(last, poll).toMatchObject({ heating: false, power: 900 });
  }));

test('a frozen thermometer shows one number, and the sensor beside it goes on', () =>
  onStage(async ({ flat, platform, pass, readings }) => {
    flat.faults.start({ devices: thermostat, fault: 'frozen-sensor' });
    flat.faults.start({ devices: thermostat, fault: 'open-window' });
    await pass(120);
    expect(new Set((await readings(50)).map(({ values }) => values.temperature)).size).toBe(1);
    const beside = platform.values<Reading>('kitchen-sensor', 'reading').slice(-50);
    expect(new Set(beside.map(({ values }) => values.temperature)).size).toBeGreaterThan(3);
  }));

test('a drifting thermometer leaves the truth at its rate', () =>
  onStage(async ({ flat, platform, pass }) => {
    flat.faults.start({ devices: thermostat, fault: 'drifting-sensor', by: 60 });
    await pass(180);
    const shown = (id: string): number =>
      Number(platform.values<Reading>(id, 'reading').at(-1)!.values.temperature);
    await expect.poll(() => shown(thermostat) - shown('kitchen-sensor'), poll).toBeGreaterThan(2.7);
  }));

test('a clock that runs fast, one that jumps, and none', () =>
  onStage(async ({ flat, pass, readings }) => {
    const aheadMs = (reading: Reading): number => reading.at! - flat.clock.now();
    flat.faults.start({ devices: thermostat, fault: 'clock-skew', by: '1h' });
    await pass(60);
    expect(aheadMs((await readings(25)).at(-1)!)).toBeGreaterThan(55_000);
    flat.faults.mend(thermostat);
    flat.faults.start({ devices: thermostat, fault: 'clock-jump', by: '-1h' });
    await pass(20);
    expect(aheadMs((await readings(8)).at(-1)!)).toBeLessThan(-3_600_000);
    flat.faults.mend(thermostat);
    flat.faults.start({ devices: thermostat, fault: 'no-clock' });
    await pass(20);
    const last = (await readings(8)).at(-1)!;
    expect(last.at).toBeUndefined();
    expect(last.uptime).toBeGreaterThan(115_000);
  }));

test('garbage is no reading', () =>
  onStage(async ({ flat, pass, readings, texts }) => {
    flat.faults.start({ devices: thermostat, fault: 'garbage' });
    await pass(20);
    expect(new Set(await texts(8)).size).toBeGreaterThan(7);
    flat.faults.start({ devices: thermostat, fault: 'garbage' });
    await pass(20);
    expect(await readings(8)).toEqual([]);
  }));

test('near misses are refused by eight rules', () =>
  onStage(async ({ flat, platform, pass }) => {
    flat.faults.start({ devices: thermostat, fault: 'near-miss' });
    await pass(20);
    const refused = () =>
      platform.of(thermostat, 'reading').flatMap(({ message }) => (message.ok ? [] : [message.rejection]));
    await expect.poll(() => refused().length, poll).toBeGreaterThanOrEqual(8);
    expect(new Set(refused().map(({ rule, path, got }) => `${rule} ${path} ${got}`)).size).toBeGreaterThan(6);
  }));

test('dropped readings never reach the wire, and the books say so', () =>
  onStage(async ({ flat, pass, readings }) => {
    flat.faults.start({ devices: thermostat, fault: 'drop', forMs: 20_000 });
    await pass(40);
    const came = seqs(await readings(8));
    expect(came[0]).toBeGreaterThan(18);
    expect(flat.tally.withheld).toBeGreaterThan(8);
    expect((await flat.finish()).lost).toBe(flat.tally.withheld);
  }));

test('delayed readings come later, all of them', () =>
  onStage(async ({ flat, pass, readings }) => {
    flat.faults.start({ devices: thermostat, fault: 'delay', by: '7s', forMs: 20_000 });
    await pass(20);
    const during = await readings(5);
    expect(flat.clock.now() - during.at(-1)!.at!).toBeGreaterThanOrEqual(6000);
    await pass(20);
    expect(seqs(await readings(12)).length + during.length).toBeGreaterThan(18);
    expect((await flat.finish()).lost).toBe(0);
  }));

test('duplicated readings come twice, byte for byte', () =>
  onStage(async ({ flat, pass, texts }) => {
    flat.faults.start({ devices: thermostat, fault: 'duplicate' });
    await pass(10);
    const came = await texts(8);
    for (const text of new Set(came)) expect(came.filter((each) => each === text)).toHaveLength(2);
  }));

test('reordered readings come out of order, all of them', () =>
  onStage(
    async ({ flat, pass, readings }) => {
      flat.faults.start({ devices: thermostat, fault: 'reorder', forMs: 60_000 });
      await pass(70);
      const came = seqs(await readings(25));
      const sorted = came.toSorted((a, b) => a - b);
      expect(came).not.toEqual(sorted);
      expect(sorted).toEqual(sorted.map((_, i) => sorted[0]! + i));
    },
    flatYaml.replace('period: 2s', 'period: 1s'),
  ));

test('a device without birth leaves its will and no reading', () =>
  onStage(async ({ flat, platform, pass, readings, statuses }) => {
    flat.faults.start({ devices: thermostat, fault: 'will-without-birth' });
    await expect.poll(() => statuses().at(-1)?.online, poll).toBe(false);
    await pass(30);
    expect(await readings(0)).toEqual([]);
    expect(flat.meter.up).toBe(flatIds.length);
    expect(platform.values<About>(thermostat, 'about')).toHaveLength(1);
    flat.faults.mend(thermostat);
    await pass(30);
    await expect.poll(() => statuses().at(-1)?.online, poll).toBe(true);
  }));

test('a half-open connection goes unnoticed until the keepalive', () =>
  onStage(async ({ flat, pass, statuses }) => {
    flat.faults.start({ devices: thermostat, fault: 'half-open' });
    expect(flat.meter.up).toBe(flatIds.length);
    await pass(30);
    await expect
      .poll(() => statuses().map(({ online, conn }) => [online, conn]), poll)
      .toEqual([
        [true, 1],
        [false, 1],
        [true, 2],
      ]);
    expect((await flat.finish()).lost).toBe(0);
  }, `${flatYaml}\nkeepalive: 1s`));

test('an outage buffers readings, which come late and all', () =>
  onStage(async ({ flat, pass, readings, statuses }) => {
    flat.faults.start({ devices: '*', fault: 'outage', forMs: 60_000 });
    await expect.poll(() => statuses().at(-1)?.online, poll).toBe(false);
    await pass(80);
    const came = await readings(35);
    expect(came.filter(({ late }) => late).length).toBeGreaterThan(27);
    expect(seqs(came)).toEqual(seqs(came).map((_, i) => seqs(came)[0]! + i));
    expect((await flat.finish()).lost).toBe(0);
  }));

test('a reboot loop counts boots', () =>
  onStage(async ({ flat, pass, statuses }) => {
    flat.faults.start({ devices: thermostat, fault: 'reboot-loop', by: '20s', forMs: 50_000 });
    await pass(70);
    const boots = () =>
      new Set(
        statuses()
          .filter(({ online }) => online)
          .map(({ boot }) => boot),
      );
    await expect.poll(() => [...boots()], poll).toEqual([1, 2, 3, 4]);
  }));

test('a dead battery measures nothing, and its next life is the next boot', () =>
  onStage(async ({ flat, pass, readings }) => {
    flat.faults.start({ devices: thermostat, fault: 'dead-battery', forMs: 60_000 });
    await pass(70);
    const came = await readings(3);
    expect(came.every(({ boot, late }) => boot === 2 && !late)).toBe(true);
    expect(came.length).toBeLessThan(10);
  }));

test('a power cut takes the whole home, and all come back at once', () =>
  onStage(async ({ flat, pass, statuses }) => {
    flat.faults.start({ devices: thermostat, fault: 'power-cut', forMs: 30_000 });
    expect(flat.meter.up).toBe(0);
    for (const id of flatIds) await expect.poll(() => statuses(id).at(-1)?.online, poll).toBe(false);
    await pass(40);
    for (const id of flatIds)
      await expect.poll(() => statuses(id).at(-1), poll).toEqual({ online: true, boot: 2, conn: 1 });
    expect((await flat.finish()).lost).toBe(0);
  }));

test('a fault in the file comes at its time and goes', async () => {
  await onStage(async ({ flat, pass }) => {
    expect(flat.faults.list()).toEqual([]);
    await pass(20);
    expect(flat.faults.list()).toEqual(['kitchen-thermostat drop', 'kitchen-sensor drop']);
    await pass(20);
    expect(flat.faults.list()).toEqual([]);
  }, `${flatYaml}\nfaults: [{ at: 30s, devices: 'kitchen-t*,*n-sensor', fault: drop, for: 20s }]`);
});

test('a fault that cannot be is refused in words', () =>
  onStage(async ({ flat }) => {
    const start = flat.faults.start.bind(flat.faults);
    expect(() => start({ devices: 'attic-*', fault: 'drop' })).toThrow(/there is no device attic-\*/);
    expect(() => start({ devices: 'outside-sensor', fault: 'open-window' })).toThrow(/could strike/);
    expect(() => start({ devices: heater, fault: 'frozen-sensor' })).toThrow(/could strike/);
    expect(() => start({ devices: heater, fault: 'delay', by: 'long' })).toThrow(/takes by=5s/);
    expect(() => start({ devices: heater, fault: 'drop', by: 1 })).toThrow(/has no measure/);
  }));
