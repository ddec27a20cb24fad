import { generate, parser } from 'mqtt-packet';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { openBrokerSession } from './broker-session.ts';
import { soon, startTestBridge } from './test-bridge.ts';

/** A session towards `url`, with a password file that is not there yet, and what became of it. */
function openTestSession(url: string, keepaliveS = 30) {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-session-'));
  const passwordFile = join(folder, 'secret');
  const lost: number[] = [];
  const session = openBrokerSession({
    url,
    clientId: 'hearth-api-test',
    user: 'hearth-api',
    passwordFile,
    filters: ['hearth/v1/+/+/reading'],
    log: pino({ level: 'silent' }),
    now: Date.now,
    keepaliveS,
    onMessage: () => {},
    onConnected: () => {},
    onLost: () => lost.push(performance.now()),
  });
  return {
    session,
    lost,
    writePassword: (password: string) => writeFileSync(passwordFile, password),
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

/** A TCP server that answers CONNECT and SUBSCRIBE and nothing else. */
async function startMuteBroker(answers = ['connect', 'subscribe']) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const packets = parser();
    packets.on('packet', ({ cmd, messageId = 0 }) => {
      if (!answers.includes(cmd)) return;
      if (cmd === 'connect') socket.write(generate({ cmd: 'connack', returnCode: 0, sessionPresent: false }));
      if (cmd === 'subscribe') socket.write(generate({ cmd: 'suback', messageId, granted: [1] }));
    });
    socket.on('data', (bytes) => packets.parse(bytes));
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections: () => sockets.size,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('the password file may come late, and a wrong password is said in words', async () => {
  await using rig = await startTestBridge();
  await using own = openTestSession(rig.broker.address.mqttUrl);
  await expect.poll(() => own.session.state().problem, soon).toMatch(/is not there yet/);
  own.writePassword('wrong');
  await expect.poll(() => own.session.state().problem, soon).toMatch(/does not (know|let)/);
  await expect(own.session.publish('hearth/v1/home/hall/receipt', '{}')).rejects.toThrow(/does not/);
});

test('a broker that falls silent is left within its keepalive, and what waits for it fails', async () => {
  await using mute = await startMuteBroker();
  await using own = openTestSession(mute.url, 1);
  own.writePassword('any');
  await expect.poll(() => own.session.state().isConnected, soon).toBe(true);
  const connectedMs = performance.now();
  await expect(own.session.publish('hearth/v1/home/hall/receipt', '{}')).rejects.toThrow(/silent/);
  expect(performance.now() - connectedMs).toBeGreaterThan(500);
  await expect.poll(() => own.lost.length, soon).toBeGreaterThan(0);
});

test('a session that still waits for the broker ends at once', async () => {
  await using mute = await startMuteBroker([]);
  const own = openTestSession(mute.url);
  own.writePassword('any');
  await expect.poll(() => mute.connections(), soon).toBe(1);
  const startedMs = performance.now();
  await own[Symbol.asyncDispose]();
  expect(performance.now() - startedMs).toBeLessThan(2000);
});

test('no broker at all is a problem with a reason', async () => {
  await using own = openTestSession('mqtt://127.0.0.1:1');
  own.writePassword('any');
  await expect
    .poll(() => own.session.state(), soon)
    .toMatchObject({
      isConnected: false,
      problem: expect.stringContaining('ECONNREFUSED'),
    });
});
