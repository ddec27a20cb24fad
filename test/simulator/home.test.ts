import { join } from 'node:path';
import type { About, Reading, Response, Status } from '@hearth/contract';
import { createLog } from '@hearth/part';
import { createLedger, demoHome, startHome, type HomeOptions } from '@hearth/simulator';
import { expect, test } from 'vitest';
import { Platform } from './platform.ts';

const thermostat = 'demo-living-thermostat';
const heater = 'demo-living-heater';
const living = { ...demoHome, rooms: demoHome.rooms.slice(0, 1) };

function options(platform: Platform, more: Partial<HomeOptions> = {}): HomeOptions {
  return {
    house: living,
    credentials: platform.credentials,
    seed: 1,
    periodMs: 200,
    keepaliveS: 5,
    historyDays: 0,
    dir: join(platform.dir, 'demo'),
    log: createLog('test', 'silent'),
    ...more,
  };
}

async function answer(platform: Platform, id: string, device = thermostat): Promise<Response> {
  const responses = (): Response[] =>
    platform.values<Response>(device, 'response').filter((response) => response.id === id);
  await expect.poll(responses, { interval: 10 }).not.toEqual([]);
  return responses()[0]!;
}

test('a device says status, about and then readings, each as the contract has it', async () => {
  await using platform = await Platform.start([thermostat, heater, 'demo-outside-sensor']);
  await using home = startHome(options(platform));
  for (const { id } of platform.credentials) {
    await expect.poll(() => platform.of(id, 'reading').length, { interval: 10 }).toBeGreaterThan(2);
    expect(
      platform
        .of(id)
        .slice(0, 3)
        .map(({ kind }) => kind),
    ).toEqual(['status', 'about', 'reading']);
    expect(platform.values<Status>(id, 'status')).toEqual([{ online: true, boot: 1, conn: 1 }]);
    expect(platform.values<About>(id, 'about')[0]).toMatchObject({
      simulated: true,
      commands: { get: true },
    });
    const readings = platform.values<Reading>(id, 'reading');
    expect(readings.map(({ seq }) => seq)).toEqual(readings.map((_, i) => i + 1));
    expect(Object.keys(platform.values<About>(id, 'about')[0]!.quantities).sort()).toEqual(
      Object.keys(readings[0]!.values).sort(),
    );
  }
  expect(platform.heard.filter(({ message }) => !message.ok)).toEqual([]);
  expect(platform.strays).toEqual([]);
  expect(home.devices.every(({ isOnline }) => isOnline)).toBe(true);
});

test('a pulled plug leaves the will behind, and the next connection has the next number', async () => {
  await using platform = await Platform.start([thermostat]);
  await using home = startHome(options(platform));
  await expect.poll(() => home.devices[0]!.isOnline, { interval: 10 }).toBe(true);
  home.devices[0]!.cut();
  await expect
    .poll(() => platform.values<Status>(thermostat, 'status'), { interval: 10 })
    .toEqual([
      { online: true, boot: 1, conn: 1 },
      { online: false, boot: 1, conn: 1 },
      { online: true, boot: 1, conn: 2 },
    ]);
});

test('a home that is stopped says offline, and its next start has the next boot', async () => {
  await using platform = await Platform.start([thermostat]);
  platform.answerReceipts();
  for (const boot of [1, 2]) {
    {
      await using home = startHome(options(platform));
      await expect.poll(() => home.devices[0]!.isOnline, { interval: 10 }).toBe(true);
      expect(home.devices[0]!.boot).toBe(boot);
    }
    await expect
      .poll(() => platform.values<Status>(thermostat, 'status').at(-1), { interval: 10 })
      .toEqual({ online: false, boot, conn: 1 });
  }
});

test('a get is answered with a measurement of now, a set is applied, reported at once and kept', async () => {
  await using platform = await Platform.start([thermostat]);
  {
    await using home = startHome(options(platform, { periodMs: 60_000 }));
    await expect.poll(() => home.devices[0]!.isOnline, { interval: 10 }).toBe(true);
    const askedAt = Date.now();
    await platform.send(thermostat, 'request', { id: 'get-1', conn: 1, get: ['temperature', 'mode'] });
    const got = await answer(platform, 'get-1');
    expect(Object.keys(got.values!)).toEqual(['temperature', 'mode']);
    expect(got.at).toBeGreaterThanOrEqual(askedAt);
    expect(got.tookMs).toBeLessThan(1000);

    await platform.send(thermostat, 'request', {
      id: 'set-1',
      conn: 1,
      set: { setpoint: 26.2, mode: 'heat' },
    });
    expect((await answer(platform, 'set-1')).values).toEqual({ setpoint: 26, mode: 'heat' });
    await expect
      .poll(() => platform.values<Reading>(thermostat, 'reading').at(-1)?.values, { interval: 10 })
      .toMatchObject({ setpoint: 26, mode: 'heat' });
  }
  await using home = startHome(options(platform));
  await expect.poll(() => home.devices[0]!.isOnline, { interval: 10 }).toBe(true);
  await platform.send(thermostat, 'request', { id: 'get-2', conn: 1, get: ['setpoint'] });
  expect((await answer(platform, 'get-2')).values).toEqual({ setpoint: 26 });
});

test('a request that cannot be obeyed is refused with its reason', async () => {
  await using platform = await Platform.start([thermostat, heater]);
  await using home = startHome(options(platform));
  await expect.poll(() => home.devices.every(({ isOnline }) => isOnline), { interval: 10 }).toBe(true);
  const cases = [
    [thermostat, { conn: 2, get: ['temperature'] }, { code: 'stale' }],
    [thermostat, { conn: 1, set: { setpoint: 31 } }, { code: 'out-of-range', min: 5, max: 30 }],
    [thermostat, { conn: 1, set: { setpoint: 99 } }, { code: 'out-of-range', min: 5, max: 30 }],
    [thermostat, { conn: 1, get: ['battery'] }, { code: 'unknown-quantity' }],
    [heater, { conn: 1, set: { setpoint: 20 } }, { code: 'read-only' }],
    [thermostat, { conn: 1, set: { setpoint: '20' } }, { code: 'malformed' }],
    [thermostat, { conn: 1 }, { code: 'malformed' }],
  ] as const;
  for (const [i, [device, request, error]] of cases.entries()) {
    await platform.send(device, 'request', JSON.stringify({ id: `bad-${i}`, ...request }));
    expect((await answer(platform, `bad-${i}`, device)).error).toMatchObject(error);
  }
  expect(platform.heard.filter(({ message }) => !message.ok)).toEqual([]);
});

test('a repeated id acts once and is answered again; garbage and retained requests are left alone', async () => {
  await using platform = await Platform.start([thermostat]);
  await platform.retain(thermostat, 'request', '{"id":"old","conn":1,"set":{"setpoint":30}}');
  await using home = startHome(options(platform, { periodMs: 60_000 }));
  await expect.poll(() => home.devices[0]!.isOnline, { interval: 10 }).toBe(true);
  await platform.send(thermostat, 'request', 'garbage');
  await platform.send(thermostat, 'request', '{"conn":1,"get":["temperature"]}');
  await platform.send(thermostat, 'request', { id: 'a', conn: 1, set: { setpoint: 23 } });
  await platform.send(thermostat, 'request', { id: 'b', conn: 1, set: { setpoint: 18 } });
  await platform.send(thermostat, 'request', { id: 'a', conn: 1, set: { setpoint: 23 } });
  await platform.send(thermostat, 'request', { id: 'c', conn: 1, get: ['setpoint'] });
  expect((await answer(platform, 'c')).values).toEqual({ setpoint: 18 });
  expect(platform.values<Response>(thermostat, 'response').map(({ id }) => id)).toEqual(['a', 'b', 'a', 'c']);
});

test('the first start delivers the past in order, marked late, before the first live reading', async () => {
  await using platform = await Platform.start([thermostat, heater]);
  platform.answerReceipts();
  const ledger = createLedger();
  await using home = startHome(options(platform, { historyDays: 2, ledger }));
  await expect.poll(() => ledger.counts().made, { interval: 10 }).toBeGreaterThan(100);
  await expect
    .poll(() => home.devices.every(({ waiting }) => waiting < 3), { timeout: 15_000, interval: 20 })
    .toBe(true);
  for (const device of [thermostat, heater]) {
    const readings = platform.values<Reading>(device, 'reading');
    expect(readings.map(({ seq }) => seq)).toEqual(readings.map((_, i) => i + 1));
    const at = readings.map((reading) => reading.at!);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(Date.now() - at[0]!).toBeGreaterThan(47 * 3_600_000);
    const past = readings.filter((reading) => reading.at! < Date.now() - 60_000);
    expect(past.length).toBeGreaterThan(700);
    expect(past.every(({ late }) => late)).toBe(true);
    expect(readings.at(-1)!.late).toBeUndefined();
  }
  expect(ledger.entries().every(({ sent }) => sent <= 1)).toBe(true);
});
