import { same, say, subscribeTo, type Bench, type Row } from './bench.ts';
import { pingreq, publish, subscribe } from './packets.ts';
import { opcodes, upgrade } from './websocket.ts';
import { createWire, openTcp } from './wire.ts';

/** Chapters 6 and 7: WebSocket, and what the whole rests on. */
export const transportRows: readonly Row[] = [
  {
    clause: '6.0.0-1',
    says: 'a WebSocket frame that is not binary closes the connection',
    given: 'a text frame',
    expect: 'closed',
    async run(bench) {
      const socket = await upgrade(await openTcp(bench.subject.webSocketPort));
      using wire = createWire(socket);
      wire.send(bench.connectBytes('a'));
      await wire.expect('connack', { code: 0 });
      socket.sendFrame(opcodes.text, Buffer.from('text'));
      await wire.expectRefused();
    },
  },
  {
    clause: '6.0.0-2',
    says: 'packets and WebSocket frames have their own boundaries',
    given: 'CONNECT and SUBSCRIBE in one frame, then PUBLISH byte by byte',
    expect: 'each is answered',
    async run(bench) {
      const socket = await upgrade(await openTcp(bench.subject.webSocketPort));
      using wire = createWire(socket);
      wire.send(bench.connectBytes('a'), subscribe(1, [[bench.topic('x'), 0]]));
      await wire.expect('connack', { code: 0 });
      await wire.expect('suback', { codes: [0] });
      for (const byte of Buffer.concat([publish(bench.topic('x'), '1', { qos: 1 }), pingreq]))
        socket.sendFrame(opcodes.binary, Uint8Array.of(byte));
      await wire.take('puback');
      await wire.expect('publish', { payload: '1' });
      await wire.take('pingresp');
    },
  },
  {
    clause: '6.0.0-4',
    says: 'the server selects the subprotocol mqtt',
    given: 'an upgrade that offers chat and mqtt',
    expect: 'mqtt',
    async run(bench) {
      const socket = await upgrade(await openTcp(bench.subject.webSocketPort), ['chat', 'mqtt']);
      using wire = createWire(socket);
      const protocol = socket.answer.find((line) => line.startsWith('sec-websocket-protocol:'));
      same('subprotocol', protocol?.split(':')[1]?.trim(), 'mqtt');
      wire.send(bench.connectBytes('a'));
      await wire.expect('connack', { code: 0 });
    },
  },
  {
    clause: '7.0.0-2',
    says: 'no extension of the standard is needed',
    given: 'a client that does only what the standard says, with all three QoS, retain and a will',
    expect: 'it works',
    run: wholeExchange,
  },
  {
    clause: '7.1.1-1',
    says: 'a transport with an ordered, lossless stream of bytes is supported',
    given: 'TCP, and packets byte by byte',
    expect: 'each is answered',
    async run(bench) {
      const wire = await bench.open();
      for (const byte of Buffer.concat([bench.connectBytes('a'), subscribe(1, [[bench.topic('x'), 1]])]))
        wire.send(Uint8Array.of(byte));
      await wire.expect('connack', { code: 0 });
      await wire.expect('suback', { codes: [1] });
    },
  },
];

async function wholeExchange(bench: Bench): Promise<void> {
  const a = await bench.connect('a', { clean: false });
  await subscribeTo(a, [bench.topic('#'), 2]);
  const will = { topic: bench.topic('will'), payload: 'gone', qos: 1, retain: true };
  const b = await bench.connect('b', { will });
  for (const qos of [0, 1, 2]) {
    await say(b, bench.topic('x'), `${qos}`, { qos, retain: true });
    await a.expect('publish', { payload: `${qos}`, qos });
  }
  b[Symbol.dispose]();
  await a.expect('publish', { payload: 'gone', qos: 1 });
}
