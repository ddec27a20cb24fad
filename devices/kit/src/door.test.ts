import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { generate, parser as createParser, type Packet } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { makeAuthority } from './authority.ts';
import { openDoor } from './door.ts';
import { Log } from './log.ts';

const connectPacket = (protocolVersion: 4 | 5): Packet => ({
  cmd: 'connect',
  clientId: 'hall',
  protocolVersion,
  protocolId: 'MQTT',
  clean: true,
  keepalive: 30,
});

async function open() {
  const authority = await makeAuthority('127.0.0.1');
  const log = new Log();
  const door = await openDoor({ authority, log, home: 'home', device: 'hall', host: '127.0.0.1', port: 0 });
  return { authority, log, door, [Symbol.asyncDispose]: () => door[Symbol.asyncDispose]() };
}

/** The code of CONNACK, or that there was none. */
async function answerTo(port: number, version: 4 | 5): Promise<number | 'closed'> {
  const socket = connectSocket(port, '127.0.0.1');
  const { promise, resolve } = Promise.withResolvers<number | 'closed'>();
  const parser = createParser({ protocolVersion: version });
  parser.on('packet', (packet) => {
    if (packet.cmd === 'connack') resolve(packet.returnCode ?? packet.reasonCode ?? -1);
  });
  socket.on('data', (bytes) => void parser.parse(bytes));
  socket.on('error', () => {});
  socket.on('close', () => resolve('closed'));
  socket.write(generate(connectPacket(version)));
  const answer = await promise;
  socket.destroy();
  return answer;
}

test('lets in, refuses, and says nothing, as it is told, until that ends', async () => {
  await using bench = await open();
  const { door } = bench;
  expect(await answerTo(door.port, 4)).toBe(0);
  {
    using _ = door.behave({ connack: 5 });
    expect(await answerTo(door.port, 4)).toBe(5);
  }
  {
    using _ = door.behave({ connack: 'none' });
    expect(await answerTo(door.port, 4)).toBe('closed');
  }
  {
    using _ = door.behave({ isGone: true });
    expect(await answerTo(door.port, 4)).toBe('closed');
  }
  expect(await answerTo(door.port, 4)).toBe(0);
});

test('refuses MQTT 5 in its own words', async () => {
  await using bench = await open();
  expect(await answerTo(bench.door.port, 5)).toBe(0x84);
});

test.for([
  ['right', null],
  ['of-a-stranger', /UNABLE_TO_VERIFY|SELF_SIGNED|issuer/],
  ['of-another-name', /ALTNAME/],
  ['of-yesterday', /EXPIRED/],
] as const)('shows a certificate that is %s on the port that takes plain MQTT too', async ([shows, code]) => {
  await using bench = await open();
  const { door, authority } = bench;
  using _ = door.behave({ shows });
  const socket = connectTls({ port: door.port, host: '127.0.0.1', ca: authority.ca });
  const failed = once(socket, 'error').then(([error]) => (error as NodeJS.ErrnoException).code);
  const met = await Promise.race([once(socket, 'secureConnect').then(() => null), failed]);
  if (code) expect(met).toMatch(code);
  else expect(met).toBeNull();
  socket.destroy();
});

test.for([
  ['PUBLISH at QoS 1 with the number 0', [0x32, 6, 0, 1, 0x61, 0, 0, 0x78]],
  ['SUBSCRIBE to nothing', [0x82, 2, 0, 1]],
  ['SUBSCRIBE at QoS 3', [0x82, 6, 0, 5, 0, 1, 0x61, 3]],
  ['a packet of a length that there is not', [0xf0, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ['HTTP', [...Buffer.from('GET / HTTP/1.1')]],
] as const)('ends the connection on %s, and goes on', async ([, bytes]) => {
  await using bench = await open();
  const { door, log } = bench;
  const socket = connectSocket(door.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write(Buffer.concat([generate(connectPacket(4)), Buffer.from(bytes)]));
  socket.resume();
  await once(socket, 'close');
  expect(log.entries.some(({ what }) => what === 'malformed')).toBe(true);
  expect(await answerTo(door.port, 4)).toBe(0);
});
