import { describe, expect, it } from 'vitest';
import { readInTurns } from './read-in-turns.ts';

/** A stream that gives the numbers from 0 up, `everyMs` apart, and notes when it gave the last. */
function ticking(count: number, everyMs: number) {
  const gave: { at: number } = { at: 0 };
  let n = 0;
  const stream = new ReadableStream<number>({
    start(controller) {
      const timer = setInterval(() => {
        gave.at = performance.now();
        controller.enqueue(n++);
        if (n < count) return;
        clearInterval(timer);
        controller.close();
      }, everyMs);
    },
  });
  return { stream, gave };
}

async function turnsOf<T>(stream: ReadableStream<T>): Promise<T[][]> {
  const turns: T[][] = [];
  for await (const turn of readInTurns(stream)) turns.push(turn);
  return turns;
}

describe('reading in turns', () => {
  it('makes few turns of a flood, loses nothing of it and keeps its order', async () => {
    const startedAt = performance.now();
    const turns = await turnsOf(ticking(50, 10).stream);
    const elapsedMs = performance.now() - startedAt;
    expect(turns.flat()).toEqual(Array.from({ length: 50 }, (_, n) => n));
    // Ten a second, those that may come ahead of the pace, and the last.
    expect(turns.length).toBeLessThanOrEqual(elapsedMs / 100 + 6);
  });

  it('gives a single piece at once, without waiting for more', async () => {
    const { stream, gave } = ticking(1000, 60);
    const reading = readInTurns(stream);
    expect((await reading.next()).value).toEqual([0]);
    expect(performance.now() - gave.at).toBeLessThan(55);
    await stream.cancel().catch(() => {});
  });

  it('gives each of a few pieces at once that follow each other faster than its pace', async () => {
    expect(await turnsOf(ticking(3, 45).stream)).toEqual([[0], [1], [2]]);
  });

  it('gives at the end what was read before it', async () => {
    const stream = new ReadableStream<number>({
      start(controller) {
        for (const n of [1, 2, 3]) controller.enqueue(n);
        controller.close();
      },
    });
    expect(await turnsOf(stream)).toEqual([[1, 2, 3]]);
  });

  it('fails as the stream fails', async () => {
    const stream = new ReadableStream<number>({
      start(controller) {
        controller.enqueue(1);
        setTimeout(() => controller.error(new Error('cut')), 20);
      },
    });
    await expect(turnsOf(stream)).rejects.toThrow('cut');
  });
});
