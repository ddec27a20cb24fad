import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import packets from 'mqtt-packet';
import { expect, test } from 'vitest';
import { startTestBroker } from '../testing.ts';

test('the packet writer of a broker keeps each length it has written without the memory around it', async () => {
  await using broker = await startTestBroker();
  expect(broker.url).toMatch(/^mqtt:/);
  const ofAedes = createRequire(createRequire(import.meta.url).resolve('aedes'));
  expect(ofAedes('mqtt-packet')).toBe(packets);

  const blocks = new Set<unknown>();
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  const write = stream.write.bind(stream);
  stream.write = (chunk: unknown, ...rest: never[]): boolean => {
    if (Buffer.isBuffer(chunk) && chunk.length < 5) blocks.add(chunk.buffer);
    return write(chunk, ...rest);
  };
  const payload = Buffer.alloc(16_500);
  for (let length = 0; length < payload.length; length += 7) {
    const part = payload.subarray(0, length);
    packets.writeToStream(
      { cmd: 'publish', topic: 'a', qos: 0, dup: false, retain: false, payload: part },
      stream,
    );
    // What else a broker does between two packets.
    for (let i = 0; i < 4; i++) Buffer.allocUnsafe(16_000);
  }
  // Lengths beyond the cache are made anew each time.
  expect(blocks.size).toBeLessThan(40);
});
