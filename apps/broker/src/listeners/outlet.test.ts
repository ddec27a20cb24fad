import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, test, vi } from 'vitest';
import { gatherWrites } from './outlet.ts';

/** Two ends of a TCP connection; writes of the first are gathered. */
async function openPair() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [near] = (await once(server, 'connection')) as [Socket];
  let calls = 0;
  const write = near.write.bind(near) as (...rest: unknown[]) => boolean;
  Object.assign(near, {
    write: (...rest: unknown[]) => {
      calls++;
      return write(...rest);
    },
  });
  gatherWrites(near);
  const come: Buffer[] = [];
  return {
    near,
    far,
    calls: () => calls,
    come: () => Buffer.concat(come),
    read: () => void far.on('data', (chunk: Buffer) => come.push(chunk)),
    [Symbol.dispose]() {
      near.destroy();
      far.destroy();
      server.close();
    },
  };
}

test('pieces of one turn arrive in their order, by one write', async () => {
  using pair = await openPair();
  pair.read();
  for (const piece of ['zero ', Buffer.from('one '), 'zwölf 🌡️ ', new Uint8Array([0x21])])
    pair.near.write(piece);
  await vi.waitFor(() => expect(pair.come().toString()).toBe('zero one zwölf 🌡️ !'));
  expect(pair.calls()).toBe(1);
});

test('small, large and many pieces keep their order and their bytes, over many turns', async () => {
  using pair = await openPair();
  pair.read();
  const pieces: Buffer[] = [];
  for (let n = 0; n < 2000; n++) {
    const piece = Buffer.alloc(n % 50 === 0 ? 20_000 : n % 700, n % 251);
    pieces.push(piece);
    pair.near.write(piece);
    if (n % 10 === 0) await new Promise(setImmediate);
  }
  const wanted = Buffer.concat(pieces);
  await vi.waitFor(() => expect(pair.come().length).toBe(wanted.length));
  expect(pair.come().equals(wanted)).toBe(true);
});

test('a reader that is slow is told of, hears all in the end, and holds no more than what waits for it', async () => {
  using pair = await openPair();
  const pieces: Buffer[] = [];
  const before = process.memoryUsage().arrayBuffers;
  let isFull = false;
  while (!isFull || pieces.length % 1000 !== 0) {
    const piece = Buffer.alloc(100, pieces.length % 251);
    pieces.push(piece);
    isFull = !pair.near.write(piece) || isFull;
    await new Promise(setImmediate);
  }
  for (let n = 0; n < 2000; n++) {
    pieces.push(Buffer.alloc(100, n % 251));
    pair.near.write(pieces.at(-1)!);
    await new Promise(setImmediate);
  }
  const waiting = pair.near.writableLength;
  expect(waiting).toBeGreaterThan(100_000);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(waiting + pieces.length * 300 + 4_000_000);
  pair.read();
  const wanted = Buffer.concat(pieces);
  await vi.waitFor(() => expect(pair.come().length).toBe(wanted.length), { timeout: 8000 });
  expect(pair.come().equals(wanted)).toBe(true);
});

test.for(['end', 'destroy'] as const)('what was written before %s goes out', async (way) => {
  using pair = await openPair();
  pair.read();
  const ended = once(pair.far, 'close');
  pair.near.write('a last ');
  pair.near.write('word');
  pair.near[way]();
  await ended;
  expect(pair.come().toString()).toBe('a last word');
});

test('what a callback waits for goes out behind what was gathered', async () => {
  using pair = await openPair();
  pair.read();
  pair.near.write('first ');
  await new Promise<void>((resolve) => pair.near.write('second', () => resolve()));
  await vi.waitFor(() => expect(pair.come().toString()).toBe('first second'));
});
