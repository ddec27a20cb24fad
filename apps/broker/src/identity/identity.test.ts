import { createHash } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import type { IClientOptions } from 'mqtt';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  change,
  connackOf,
  connectDevice,
  connectPacket,
  connectService,
  credential,
  openSocket,
  startTestBroker,
  type TestBroker,
} from '../testing.ts';
import { identify, type Connect } from './identity.ts';

let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker();
  await using service = await connectService(broker);
  await change(service, {
    add: [
      credential('hall-thermostat'),
      credential('bath-heater'),
      credential('radio', { role: 'gateway', topics: ['rtl_433/#'] }),
    ],
  });
});
afterAll(() => broker[Symbol.asyncDispose]());

const hall: IClientOptions = {
  clientId: 'hall-thermostat',
  username: 'hall-thermostat',
  password: 'secret of hall-thermostat',
};
const radio: IClientOptions = { clientId: 'any', username: 'radio', password: 'secret of radio' };

test.each<[what: string, options: IClientOptions, code: number]>([
  ['the right secret', hall, 0],
  ['a wrong secret', { ...hall, password: 'wrong' }, 5],
  ['an empty secret', { ...hall, password: '' }, 5],
  ['the secret of another', { ...hall, password: 'secret of bath-heater' }, 5],
  ['an unknown name', { ...hall, clientId: 'nobody', username: 'nobody' }, 5],
  ['no name and no secret', { clientId: 'hall-thermostat' }, 5],
  ['a name that every object has', { ...hall, clientId: 'constructor', username: 'constructor' }, 5],
  ['another client id', { ...hall, clientId: 'bath-heater' }, 2],
  ['a client id with more to it', { ...hall, clientId: 'hall-thermostat2' }, 2],
  ['the id in capitals', { ...hall, clientId: 'HALL-THERMOSTAT' }, 2],
  ['no keepalive', { ...hall, keepalive: 0 }, 5],
  ['a keepalive beyond the limit', { ...hall, keepalive: 301 }, 5],
  ['protocol MQTT 5', { ...hall, protocolVersion: 5 }, 0x84],
  ['no client id', { ...hall, clientId: '' }, 0],
  ['a gateway with any client id', radio, 0],
  ['a gateway without a client id', { ...radio, clientId: '' }, 0],
  ['a gateway with a device as client id', { ...radio, clientId: 'hall-thermostat' }, 0],
  ['a gateway with a slash in its client id', { ...radio, clientId: 'a/b' }, 2],
  ['a gateway with a control character', { ...radio, clientId: 'a\u0001b' }, 2],
  ['a gateway with a long client id', { ...radio, clientId: 'a'.repeat(65) }, 2],
  ['the api with a wrong secret', { clientId: 'hearth-api', username: 'hearth-api', password: 'x' }, 5],
])('a connection with %s gets return code', async (_what, options, code) => {
  expect(await connackOf(broker.url, options)).toBe(code);
});

test('the api connects under client ids that begin with its name only', async () => {
  const api = { username: 'hearth-api', password: broker.serviceSecret };
  expect(await connackOf(broker.url, { ...api, clientId: 'hearth-api' })).toBe(0);
  expect(await connackOf(broker.url, { ...api, clientId: 'hearth-api-2' })).toBe(0);
  expect(await connackOf(broker.url, { ...api, clientId: 'hall-thermostat' })).toBe(2);
});

test('no client id is for clean sessions: a device has its own then, the others a new one each', () => {
  const known = {
    get: (id: string) => credential(id, { role: id === 'radio' ? 'gateway' : 'device' }),
    serviceSecret: 'secret of hearth-api',
    now: 0,
    certificate: null,
  };
  const name = (username: string, clean: boolean): string | number => {
    const verdict = identify(
      { clientId: '', username, password: `secret of ${username}`, keepalive: 60, clean },
      known,
    );
    return verdict.ok ? verdict.clientId : verdict.returnCode;
  };
  expect(name('hall-thermostat', true)).toBe('hall-thermostat');
  expect(name('radio', true)).toMatch(/^radio\/.{36}$/);
  expect(name('hearth-api', true)).toMatch(/^hearth-api-.{36}$/);
  expect(name('hearth-api', true)).not.toBe(name('hearth-api', true));
  for (const username of ['hall-thermostat', 'radio', 'hearth-api']) expect(name(username, false)).toBe(2);
});

test('a refused connection does not cut the one that has the name', async () => {
  await using device = await connectDevice(broker, 'hall-thermostat', { clean: false });
  expect(await connackOf(broker.url, { ...hall, password: 'wrong' })).toBe(5);
  expect(await connackOf(broker.url, { ...radio, clientId: 'hall-thermostat' })).toBe(0);
  await device.client.publishAsync('hearth/v1/home/hall-thermostat/status', '{}', { qos: 1 });
  expect(device.isClosed()).toBe(false);
});

test('a second connection with the same id takes over from the first', async () => {
  await using first = await connectDevice(broker, 'hall-thermostat');
  await using second = await connectDevice(broker, 'hall-thermostat');
  await expect.poll(first.isClosed).toBe(true);
  await second.client.publishAsync('hearth/v1/home/hall-thermostat/status', '{}', { qos: 1 });
  expect(second.isClosed()).toBe(false);
});

test('an unknown name and a wrong secret get the same bytes', async () => {
  const answer = async (username: string): Promise<string> => {
    using peer = await openSocket(broker.url);
    const bytes: Buffer[] = [];
    peer.socket.on('data', (data: Buffer) => bytes.push(data));
    peer.send(connectPacket(username, { password: Buffer.from('wrong') }));
    await expect.poll(peer.isClosed).toBe(true);
    return Buffer.concat(bytes).toString('hex');
  };
  expect(await answer('nobody')).toBe('20020005');
  expect(await answer('hall-thermostat')).toBe('20020005');
});

test('bytes that are not MQTT close only the connection they came on', async () => {
  await using device = await connectDevice(broker, 'hall-thermostat');
  const { hostname, port } = new URL(broker.url);
  const malformed = [
    '00',
    'ffffffffff',
    '10ffffffff7f',
    '1000',
    '8202ffff',
    '474554202f20485454502f312e310d0a0d0a',
  ];
  for (const hex of malformed) {
    const socket = connectSocket(Number(port), hostname);
    socket.on('error', () => {});
    socket.end(Buffer.from(hex, 'hex'));
    socket.resume();
    await expect.poll(() => socket.closed).toBe(true);
  }
  for (const hex of ['36ff', '3003000161ff', '82020001', '620100', 'f000', '10020000']) {
    const peer = await connectDevice(broker, 'bath-heater');
    peer.client.stream.write(Buffer.from(`${hex}${'00'.repeat(8)}`, 'hex'));
    await expect.poll(peer.isClosed).toBe(true);
    await peer[Symbol.asyncDispose]();
  }
  await device.client.publishAsync('hearth/v1/home/hall-thermostat/status', '{}', { qos: 1 });
  expect(device.isClosed()).toBe(false);
});

test('who has the secret is told what is wrong, and nobody else', () => {
  const known = {
    get: (id: string) => (id === 'hall-thermostat' ? credential(id) : undefined),
    serviceSecret: createHash('sha256').digest('base64url'),
    now: 0,
    certificate: null,
  };
  const connect: Connect = {
    clientId: 'other',
    username: 'hall-thermostat',
    password: 'secret of hall-thermostat',
    keepalive: 60,
  };
  expect(identify(connect, known)).toMatchObject({
    ok: false,
    client: 'hall-thermostat',
    breach: { rule: 'client-id', detail: expect.stringContaining('hall-thermostat') as string },
  });
  expect(identify({ ...connect, username: 'nobody' }, known)).toMatchObject({ ok: false, client: null });
});
