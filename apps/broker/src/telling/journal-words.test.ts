import { journalTopic, type BrokerJournal } from '@hearth/contract';
import { createLog } from '@hearth/part';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBroker } from '../broker.ts';
import { connect, temporaryFolder, testConfig } from '../testing.ts';

test('the service hears when the disk is full, also if it comes later, and when it is not any more', async (context) => {
  using folder = temporaryFolder();
  const disk = join(folder.path, 'broker');
  mkdirSync(disk);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]).status !== 0)
    context.skip('a tmpfs cannot be mounted here');
  await using parts = new AsyncDisposableStack();
  parts.defer(() => void spawnSync('umount', [disk]));
  const begin = () => startBroker(testConfig(folder.path), createLog('broker', 'silent'));
  const broker = await begin();
  let isStopped = false;
  parts.defer(async () => {
    if (!isStopped) await broker[Symbol.asyncDispose]();
  });
  const listen = async (url: string, clientId: string) => {
    const password = readFileSync(join(disk, 'service-secret'), 'utf8').trim();
    const service = parts.use(await connect(url, { clientId, username: 'hearth-api', password }));
    await service.client.subscribeAsync(journalTopic, { qos: 1 });
    return {
      client: service.client,
      told: () => service.received.map(({ payload }) => JSON.parse(payload) as BrokerJournal),
    };
  };

  const first = await listen(broker.address.mqttUrl, 'hearth-api-first');
  await expect.poll(() => first.told().map(({ state }) => state)).toEqual(['ok']);
  const filler = join(disk, 'filler');
  expect(() => writeFileSync(filler, Buffer.alloc(4_000_000))).toThrow('ENOSPC');
  // What has to be kept is not acknowledged: that closes the connection.
  for (let i = 0; first.client.connected && i < 1000; i++)
    first.client.publish(`kept/${i}`, Buffer.alloc(5000, 'x'), { qos: 1, retain: true }, () => {});
  const second = await listen(broker.address.mqttUrl, 'hearth-api-second');
  await expect.poll(() => second.told().at(-1)?.state).toBe('full');
  const { since, words } = second.told().at(-1)!;
  expect(Math.abs(Date.now() - since)).toBeLessThan(60_000);
  expect(words).toMatch(/disk of the broker is full.*devices keep.*Make space/);

  rmSync(filler);
  await expect.poll(() => second.told().at(-1)).toMatchObject({ state: 'ok', words: '' });
  await broker[Symbol.asyncDispose]();
  isStopped = true;
});

test('what a broker of before said of its disk is replaced at the start', async () => {
  using folder = temporaryFolder();
  const heard: BrokerJournal[] = [];
  for (const run of ['first', 'second']) {
    await using broker = await startBroker(testConfig(folder.path), createLog('broker', 'silent'));
    const password = readFileSync(join(folder.path, 'broker', 'service-secret'), 'utf8').trim();
    await using service = await connect(broker.address.mqttUrl, {
      clientId: `hearth-api-${run}`,
      username: 'hearth-api',
      password,
    });
    await service.client.subscribeAsync(journalTopic, { qos: 1 });
    await expect.poll(() => service.received.length).toBe(1);
    expect(service.received[0]!.retain).toBe(true);
    heard.push(JSON.parse(service.received[0]!.payload) as BrokerJournal);
  }
  expect(heard.map(({ state }) => state)).toEqual(['ok', 'ok']);
  expect(heard[1]!.since).toBeGreaterThan(heard[0]!.since);
});
