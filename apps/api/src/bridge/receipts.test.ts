import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BrokerAwayError } from './in-flight.ts';
import { createReceipts } from './receipts.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

/** Receipts of a home whose broker takes them, or not. */
function createHome() {
  const sent: string[] = [];
  const broker = { isThere: true };
  const onGaps = vi.fn();
  const receipts = createReceipts({
    home: 'home',
    async publish(_topic, payload) {
      if (!broker.isThere) throw new BrokerAwayError('away');
      sent.push(String(payload));
      return Promise.resolve();
    },
    receipted: { saved: () => undefined, note: () => {}, forget: () => {}, stop: async () => {} },
    monotonicMs: () => performance.now(),
    onGaps,
  });
  receipts.sendAgain();
  const last = (): unknown => JSON.parse(sent.at(-1) ?? 'null');
  return { receipts, sent, last, broker, onGaps };
}

test('when patience ends the receipt goes on by itself, though the device says nothing more', async () => {
  const { receipts, last, onGaps } = createHome();
  for (const seq of [1, 4]) receipts.note('hall', { boot: 1, seq });
  await vi.advanceTimersByTimeAsync(89_900);
  expect(last()).toEqual({ boot: 1, seq: 1 });
  expect(receipts.awaited('hall')).toBe(2);
  onGaps.mockClear();
  await vi.advanceTimersByTimeAsync(200);
  expect(last()).toEqual({ boot: 1, seq: 4 });
  expect(receipts.awaited('hall')).toBe(0);
  expect(onGaps).toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('each gap is given up in its own time', async () => {
  const { receipts, last } = createHome();
  for (const seq of [1, 3]) receipts.note('hall', { boot: 1, seq });
  await vi.advanceTimersByTimeAsync(40_000);
  receipts.note('hall', { boot: 1, seq: 5 });
  await vi.advanceTimersByTimeAsync(50_100);
  expect(last()).toEqual({ boot: 1, seq: 3 });
  await vi.advanceTimersByTimeAsync(40_000);
  expect(last()).toEqual({ boot: 1, seq: 5 });
});

test('without the broker nothing is given up: the time is given when it is back', async () => {
  const { receipts, last, broker } = createHome();
  for (const seq of [1, 3]) receipts.note('hall', { boot: 1, seq });
  await vi.advanceTimersByTimeAsync(1000);
  broker.isThere = false;
  receipts.hold();
  await vi.advanceTimersByTimeAsync(500_000);
  expect(receipts.awaited('hall')).toBe(1);
  broker.isThere = true;
  receipts.sendAgain();
  await vi.advanceTimersByTimeAsync(89_900);
  expect(last()).toEqual({ boot: 1, seq: 1 });
  await vi.advanceTimersByTimeAsync(200);
  expect(last()).toEqual({ boot: 1, seq: 3 });
});

test('stopped receipts give nothing up', async () => {
  const { receipts, sent } = createHome();
  for (const seq of [1, 3]) receipts.note('hall', { boot: 1, seq });
  await vi.advanceTimersByTimeAsync(100);
  await receipts.stop();
  await vi.advanceTimersByTimeAsync(500_000);
  expect(sent).toEqual(['{"boot":1,"seq":1}']);
});
