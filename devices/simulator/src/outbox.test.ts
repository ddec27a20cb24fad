import type { Reading } from '@hearth/contract';
import { expect, test } from 'vitest';
import { createLedger } from './ledger.ts';
import { Outbox } from './outbox.ts';
import { openSpools } from './spool.ts';

/** An outbox with a clock and a wire in the hand. */
function atHand(boot = 1) {
  let now = 1_795_363_200_000;
  const sent: Reading[] = [];
  const acks: ((isAcknowledged: boolean) => void)[] = [];
  const ledger = createLedger();
  const outbox = new Outbox({
    device: 'probe-1',
    boot,
    spool: openSpools(null).of('probe-1'),
    clock: { now: () => now, every: () => () => {} },
    ledger,
    send(reading, onSettled) {
      sent.push(reading);
      acks.push(onSettled);
    },
  });
  return {
    outbox,
    sent,
    ledger,
    record: (count = 1) => {
      for (let i = 0; i < count; i++) outbox.record({ at: now, values: { temperature: 20 } });
    },
    acknowledge: () => acks.splice(0).forEach((ack) => ack(true)),
    pass: (ms: number) => {
      now += ms;
      outbox.tick();
    },
    take: () => sent.splice(0).map(({ boot: b, seq, late }) => `${b}/${seq}${late ? ' late' : ''}`),
  };
}

test('a reading goes out at once, and what was measured without a connection goes out late', () => {
  const { outbox, record, take } = atHand();
  record(2);
  expect(take()).toEqual([]);
  outbox.open();
  record();
  expect(take()).toEqual(['1/1 late', '1/2 late', '1/3']);
});

test('at most sixteen readings are on their way at once', () => {
  const { outbox, record, take, acknowledge } = atHand();
  outbox.open();
  record(18);
  expect(take().length).toBe(16);
  acknowledge();
  expect(take()).toEqual(['1/17', '1/18']);
});

test('without a receipt readings are sent again after 60 s, then after 120 s', () => {
  const { outbox, record, take, acknowledge, pass } = atHand();
  outbox.open();
  record(2);
  acknowledge();
  expect(take()).toEqual(['1/1', '1/2']);
  pass(59_999);
  expect(take()).toEqual([]);
  pass(1);
  expect(take()).toEqual(['1/1 late', '1/2 late']);
  acknowledge();
  pass(119_999);
  expect(take()).toEqual([]);
  pass(1);
  expect(take()).toEqual(['1/1 late', '1/2 late']);
  acknowledge();
  outbox.takeReceipt({ boot: 1, seq: 2 });
  pass(1_000_000);
  expect(take()).toEqual([]);
});

test('a receipt that releases nothing makes the next wait a short one: the platform is there again', () => {
  const { outbox, record, take, acknowledge, pass } = atHand();
  outbox.open();
  record(2);
  acknowledge();
  outbox.takeReceipt({ boot: 1, seq: 1 });
  pass(60_000);
  acknowledge();
  take();
  pass(59_000);
  outbox.takeReceipt({ boot: 1, seq: 1 });
  pass(1000);
  expect(take()).toEqual(['1/2 late']);
});

test('a receipt that names what was never sent is not taken', () => {
  const first = atHand();
  expect(first.outbox.takeReceipt({ boot: 1, seq: 3 })).toBe(false);
  const fourth = atHand(4);
  expect(fourth.outbox.takeReceipt({ boot: 3, seq: 900 })).toBe(true);
  expect(fourth.outbox.takeReceipt({ boot: 4, seq: 1 })).toBe(false);
});

test('a full buffer drops the oldest, which leaves a gap that can be seen', () => {
  const { outbox, record, ledger, take } = atHand();
  record(20_003);
  outbox.open();
  expect(take()[0]).toBe('1/4 late');
  expect(ledger.counts()).toEqual({ made: 20_003, waiting: 20_003, dropped: 3 });
});
