import { deviceTopic } from '@hearth/contract';
import { openStore } from '@hearth/store';
import { ownerPassword, startPostgres, type PostgresServer } from '@hearth/test-postgres';
import { existsSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hearth, startPart } from '../processes.ts';
import { startStack } from '../stack.ts';
import { connectDevice } from './home.ts';

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server[Symbol.asyncDispose]());

test('an api whose readings are in PostgreSQL is set up, takes readings and draws a chart', async () => {
  const url = await server.createDatabase();
  await using stack = await startStack({ env: { HEARTH_STORE_URL: url } });
  const id = 'hall-thermostat';
  const credential = await stack.addDevice(id);
  await using device = await connectDevice(credential);
  const receipts: { seq: number }[] = [];
  device.client.on('message', (_, payload) => receipts.push(JSON.parse(payload.toString())));
  await device.client.subscribeAsync(deviceTopic(credential.home, id, 'receipt'), { qos: 1 });
  const at = Date.now() - 60_000;
  await device.say('about', {
    contract: 1,
    maker: 'Test',
    model: 'Thermostat',
    kind: 'thermostat',
    firmware: '1.0',
    quantities: { temperature: { unit: '°C', periodMs: 10_000 } },
    commands: { get: true },
  });
  await device.say('status', { online: true, boot: 1, conn: 1 });
  for (const seq of [1, 2, 3, 3])
    await device.say('reading', { boot: 1, seq, at: at + seq * 10_000, values: { temperature: 20 + seq } });
  await expect.poll(() => receipts.at(-1)?.seq).toBe(3);

  const { device: shown } = await stack.api('device', { params: { id } });
  expect(shown.latest.temperature?.value).toBe(23);
  const query = { device: id, quantities: 'temperature', from: at, to: at + 60_000, points: 60 };
  const { series } = await stack.api('series', { query });
  expect(series[0]!.last).toEqual([21, 22, 23]);
  expect((await stack.api('health')).store).toMatchObject({ isWritable: true });
  expect(existsSync(join(stack.dataDir, 'readings.db'))).toBe(false);
  const rows = await server.run(new URL(url).pathname.slice(1), 'SELECT name, duplicates FROM hearth.device');
  expect(rows).toEqual([{ name: id, duplicates: '1' }]);
});

test('the command line verifies readings in PostgreSQL', async () => {
  const url = await server.createDatabase();
  const env = { HEARTH_STORE_URL: url, HEARTH_DATA_DIR: tmpdir() };
  expect(await hearth(env, 'verify')).toMatchObject({ code: 1, err: expect.stringMatching(/hearth\.\w+/) });
  await using store = await openStore({ url });
  expect((await hearth(env, 'verify')).out).toMatch(/^Nothing in PostgreSQL is sealed yet: /);
  const at = Date.now();
  const values = { temperature: 20.5, humidity: 41 };
  const arrival = { device: 'hall', key: null, at, receivedAt: at, isLate: false, values };
  await store.append([arrival, { ...arrival, at: at + 1 }, { ...arrival, at: at + 2 }]);
  await store.seal();
  const verified = await hearth(env, 'verify');
  expect(verified).toMatchObject({ code: 0, err: '' });
  expect(verified.out).toMatch(
    /^Verified 6 readings in 1 blocks \(2 series of 1 devices\), .*: all is as it was sealed\.\nDigest: [0-9a-f]{64}\n/,
  );
  await server.run(new URL(url).pathname.slice(1), 'UPDATE hearth.block SET first = first - 60000');
  expect(await hearth(env, 'verify')).toMatchObject({ code: 1, out: expect.stringContaining('hall') });
});

test('an api that PostgreSQL does not let in ends with one line, and tells nobody the password', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'hearth-postgres-'));
  const url = (await server.createDatabase()).replace(ownerPassword, `${ownerPassword}-wrong`);
  const start = (storeUrl: string) =>
    startPart('api', {
      HEARTH_DATA_DIR: dir.path,
      HEARTH_HTTP_PORT: '0',
      HEARTH_LOG_LEVEL: 'trace',
      HEARTH_STORE_URL: storeUrl,
    }).then(
      (started) => started[Symbol.asyncDispose](),
      ({ message }: Error) => message,
    );
  expect(await start(url)).toMatch(
    /^api ended with 78 before it was ready:\nhearth api: the readings in PostgreSQL at home_\d+@\S+ cannot be opened: password authentication failed for user "home_\d+" \(28P01\)\n$/,
  );
  for (const wrong of [url.replace('//', ''), url.replace('postgres:', 'mysql:')])
    expect(await start(wrong)).toMatch(
      /^api ended with 78 before it was ready:\nhearth api: HEARTH_STORE_URL has to be such as [^\n]*\n$/,
    );
  expect(await start(url.replace(ownerPassword, `${ownerPassword}/`))).not.toContain(ownerPassword);
});

test('the password is in no log of an api that runs', async () => {
  await using dir = await mkdtempDisposable(join(tmpdir(), 'hearth-postgres-'));
  const api = await startPart('api', {
    HEARTH_DATA_DIR: dir.path,
    HEARTH_HTTP_PORT: '0',
    HEARTH_LOG_LEVEL: 'trace',
    HEARTH_STORE_URL: await server.createDatabase(),
  });
  await api[Symbol.asyncDispose]();
  expect(api.output()).toContain('ready');
  expect(api.output()).not.toContain(ownerPassword);
});
