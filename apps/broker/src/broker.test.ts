import { createLog, StartError } from '@hearth/part';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBroker } from './broker.ts';
import {
  change,
  connect,
  connectService,
  credential,
  startTestBroker,
  temporaryFolder,
  testConfig,
} from './testing.ts';

const log = createLog('broker', 'silent');

test('credentials and the service secret are the same after a restart, and the secret is for its owner only', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'broker', 'service-secret');
  let secret: string;
  {
    await using running = await startBroker(testConfig(folder.path), log);
    secret = readFileSync(path, 'utf8');
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const { address } = running;
    const broker = { url: address.mqttUrl, address, serviceSecret: secret, dataDir: folder.path };
    await using service = await connectService({ ...broker, [Symbol.asyncDispose]: () => Promise.resolve() });
    await change(service, { add: [credential('lamp')] });
    chmodSync(path, 0o644);
  }
  await using running = await startBroker(testConfig(folder.path), log);
  expect(readFileSync(path, 'utf8')).toBe(secret);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  await using lamp = await connect(running.address.mqttUrl, {
    clientId: 'lamp',
    username: 'lamp',
    password: 'secret of lamp',
  });
  expect(lamp.isClosed()).toBe(false);
});

test('a port that is taken rejects with the error of the system', async () => {
  await using broker = await startTestBroker();
  using folder = temporaryFolder();
  const port = Number(new URL(broker.url).port);
  const config = { ...testConfig(folder.path), HEARTH_MQTT_PORT: port };
  await expect(startBroker(config, log)).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  await using again = await startBroker({ ...config, HEARTH_MQTT_PORT: 0 }, log);
  expect(again.address.mqttUrl).not.toContain(`:${port}`);
});

test('a data folder that cannot be written rejects with the error of the system', async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'file');
  writeFileSync(path, '');
  await expect(startBroker(testConfig(path), log)).rejects.toMatchObject({ code: 'ENOTDIR' });
  mkdirSync(join(folder.path, 'broker', 'credentials.db'), { recursive: true });
  await expect(startBroker(testConfig(folder.path), log)).rejects.toMatchObject({ code: 'SQLITE_CANTOPEN' });
});

test('a second broker on the same folder, or a spoilt secret, is refused with a sentence', async () => {
  await using broker = await startTestBroker();
  await expect(startBroker(testConfig(broker.dataDir), log)).rejects.toThrow(StartError);
  using folder = temporaryFolder();
  mkdirSync(join(folder.path, 'broker'));
  writeFileSync(join(folder.path, 'broker', 'service-secret'), '');
  await expect(startBroker(testConfig(folder.path), log)).rejects.toThrow(/delete it/);
});

test('disposing closes every connection and frees the port and the files', async () => {
  using folder = temporaryFolder();
  const running = await startBroker(testConfig(folder.path), log);
  const secret = readFileSync(join(folder.path, 'broker', 'service-secret'), 'utf8');
  await using service = await connect(running.address.mqttUrl, {
    clientId: 'hearth-api',
    username: 'hearth-api',
    password: secret,
  });
  await running[Symbol.asyncDispose]();
  await expect.poll(service.isClosed).toBe(true);
  const port = Number(new URL(running.address.mqttUrl).port);
  await using again = await startBroker({ ...testConfig(folder.path), HEARTH_MQTT_PORT: port }, log);
  expect(again.address.mqttUrl).toBe(running.address.mqttUrl);
});
