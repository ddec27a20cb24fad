import type { ListenerFace } from '@hearth/contract';
import { createLog } from '@hearth/part';
import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { connect as connectTls, type SecureVersion } from 'node:tls';
import type { IClientOptions } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startBroker } from '../broker.ts';
import {
  change,
  connackOf,
  connect,
  connectService,
  credential,
  startTestBroker,
  temporaryFolder,
  testConfig,
  type TestBroker,
} from '../testing.ts';

let broker: TestBroker;
let ca: string;
beforeAll(async () => {
  broker = await startTestBroker();
  ca = readFileSync(join(broker.dataDir, 'broker/certificates/ca.crt'), 'utf8');
  await using service = await connectService(broker);
  await change(service, { add: [credential('lamp')] });
});
afterAll(() => broker[Symbol.asyncDispose]());

const lamp: IClientOptions = { clientId: 'lamp', username: 'lamp', password: 'secret of lamp' };
const topic = 'hearth/v1/home/lamp/status';
const urls = () => {
  const { mqttUrl, mqttsUrl, wsUrl, wssUrl } = broker.address;
  return { mqttUrl, mqttsUrl, wsUrl, wssUrl };
};

test.each(['mqttUrl', 'mqttsUrl', 'wsUrl', 'wssUrl'] as const)(
  'a device exchanges messages by %s, and a wrong secret is refused there too',
  async (name) => {
    const url = urls()[name];
    await using service = await connectService(broker);
    await service.client.subscribeAsync(topic, { qos: 1 });
    await using device = await connect(url, { ...lamp, ca });
    await device.client.publishAsync(topic, name, { qos: 1 });
    await expect.poll(() => service.received.map(({ payload }) => payload)).toContain(name);
    expect(await connackOf(url, { ...lamp, ca, password: 'wrong' })).toBe(5);
  },
);

test('a client that does not know the authority, or knows another name, does not connect', async () => {
  const { mqttsUrl } = urls();
  expect(await connackOf(mqttsUrl, lamp)).toMatch(/certificate|UNABLE_TO|SELF_SIGNED/);
  await using localhost = await connect(mqttsUrl.replace('127.0.0.1', 'localhost'), { ...lamp, ca });
  expect(localhost.isClosed()).toBe(false);
  expect(await connackOf(mqttsUrl, { ...lamp, ca, servername: 'example.org' })).toBe(
    'ERR_TLS_CERT_ALTNAME_INVALID',
  );
});

/** The version and cipher of a handshake with these offers, or the error's code. */
async function handshake(options: {
  minVersion?: SecureVersion;
  maxVersion?: SecureVersion;
  ciphers?: string;
}) {
  const port = Number(new URL(urls().mqttsUrl).port);
  return new Promise<string>((resolve) => {
    const socket = connectTls({ host: '127.0.0.1', port, ca, ...options }, () => {
      resolve(`${socket.getProtocol()} ${socket.getCipher().name}`);
      socket.destroy();
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}

test('TLS 1.2 and 1.3 with forward secrecy are spoken, older versions and ciphers are not', async () => {
  expect(await handshake({})).toBe('TLSv1.3 TLS_AES_128_GCM_SHA256');
  expect(await handshake({ maxVersion: 'TLSv1.2' })).toMatch(/^TLSv1.2 ECDHE-ECDSA-AES128-GCM/);
  expect(await handshake({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' })).toMatch(
    /ERR_SSL/,
  );
  expect(await handshake({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' })).toMatch(/ERR_SSL/);
  expect(await handshake({ maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' })).toMatch(/ERR_SSL/);
});

test('the listener for client certificates lets nobody in without one', async () => {
  const { mutualUrl } = broker.address;
  expect(mutualUrl).toMatch(/^mqtts:/);
  expect(await connackOf(mutualUrl!, { ...lamp, ca })).not.toBe(0);
});

/** What a WebSocket upgrade is answered, as its status. */
function upgrade(headers: Record<string, string>): Promise<number> {
  const url = new URL(urls().wsUrl.replace('ws:', 'http:'));
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16).toString('base64'),
        ...headers,
      },
    });
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode ?? 0);
    });
    asked.on('response', (response) => resolve(response.resume().statusCode ?? 0));
    asked.on('error', reject);
    asked.end();
  });
}

test.each<[what: string, headers: Record<string, string>, status: number]>([
  ['no page', { 'sec-websocket-protocol': 'mqtt' }, 101],
  ['a page of the same host', { 'sec-websocket-protocol': 'mqtt', origin: 'http://127.0.0.1:8080' }, 101],
  ['a page of another site', { 'sec-websocket-protocol': 'mqtt', origin: 'https://example.org' }, 403],
  ['a page of nowhere', { 'sec-websocket-protocol': 'mqtt', origin: 'null' }, 403],
  ['another protocol', { 'sec-websocket-protocol': 'chat' }, 403],
  ['no protocol', {}, 403],
])('a WebSocket of %s', async (_what, headers, status) => {
  expect(await upgrade(headers)).toBe(status);
});

test('text frames, and frames beyond 64 kB, close a WebSocket; without an upgrade the answer is 426', async () => {
  for (const frame of ['hello', Buffer.alloc(70_000)]) {
    const socket = new WebSocket(urls().wsUrl, 'mqtt');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.once('open', () => socket.send(frame));
    await closed;
    expect(socket.protocol).toBe('mqtt');
  }
  expect((await fetch(urls().wsUrl.replace('ws:', 'http:'))).status).toBe(426);
});

test('the api is told of every listener and the authority, and keys are for their owner only', async () => {
  await using service = await connectService(broker);
  const { broker: face } = await change(service, { describe: true });
  const kinds = face?.listeners.map(({ kind }: ListenerFace) => kind);
  expect(kinds).toEqual(['mqtt', 'mqtts', 'ws', 'wss', 'mutual']);
  expect(face?.ca).toBe(ca);
  expect(new X509Certificate(ca).ca).toBe(true);
  for (const file of ['ca.key', 'server.key'])
    expect(statSync(join(broker.dataDir, 'broker/certificates', file)).mode & 0o777).toBe(0o600);
});

test('a port that is taken is an error that names its variable', async () => {
  using folder = temporaryFolder();
  for (const [variable, url] of [
    ['HEARTH_MQTTS_PORT', urls().mqttsUrl],
    ['HEARTH_MQTT_WS_PORT', urls().wsUrl],
    ['HEARTH_MQTT_WSS_PORT', urls().wssUrl],
  ] as const) {
    const port = Number(new URL(url).port);
    await expect(
      startBroker({ ...testConfig(folder.path), [variable]: port }, createLog('broker', 'silent')),
    ).rejects.toMatchObject({ code: 'EADDRINUSE', port, variable });
  }
});
