import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createLedger, readLedger } from './ledger.ts';
import { openMemory, writeWhole } from './memory.ts';
import { openSpools, type Spool } from './spool.ts';

function folder() {
  const dir = mkdtempSync(join(tmpdir(), 'hearth-spool-'));
  return { dir, [Symbol.dispose]: () => rmSync(dir, { recursive: true }) };
}

function fill(spool: Spool, from: number, to: number): void {
  for (let seq = from; seq <= to; seq++)
    spool.add({ boot: 1, seq, at: 1000 * seq, values: { temperature: seq } });
}

const seqs = (spool: Spool): number[] => Array.from({ length: spool.length }, (_, i) => spool.get(i)!.seq);

test('a process that is killed finds what had no receipt, but for a torn line', () => {
  using place = folder();
  const file = join(place.dir, 'buffer.jsonl');
  // Never disposed, as after a kill.
  const killed = openSpools(file);
  fill(killed.of('a'), 1, 5);
  fill(killed.of('b'), 1, 2);
  appendFileSync(file, '{"device":"a","boot":1,"se');
  using spools = openSpools(file);
  expect(seqs(spools.of('a'))).toEqual([1, 2, 3, 4, 5]);
  expect(seqs(spools.of('b'))).toEqual([1, 2]);
  expect(spools.of('a').newestAt).toBe(5000);
});

test('what has a receipt leaves the file, and the newest instant stays known', () => {
  using place = folder();
  const file = join(place.dir, 'buffer.jsonl');
  {
    using spools = openSpools(file);
    const spool = spools.of('a');
    for (let i = 0; i < 5000; i += 50) {
      fill(spool, i + 1, i + 50);
      expect(spool.release({ boot: 1, seq: i + 50 })).toBe(50);
    }
    expect(readFileSync(file, 'utf8').split('\n').length).toBeLessThan(1200);
    fill(spool, 5001, 5002);
  }
  using spools = openSpools(file);
  expect(seqs(spools.of('a'))).toEqual([5001, 5002]);
  expect(spools.of('a').release({ boot: 2, seq: 1 })).toBe(2);
  expect(spools.of('a').newestAt).toBe(5_002_000);
});

test('a memory is kept whole, and one that cannot be read counts as blank', () => {
  using place = folder();
  const file = join(place.dir, 'state.json');
  const unreadable: unknown[] = [];
  const first = openMemory(file, (error) => unreadable.push(error));
  first.memory.boots['a'] = 3;
  first.save();
  expect(openMemory(file, (error) => unreadable.push(error)).memory).toEqual({
    boots: { a: 3 },
    house: null,
  });
  expect(unreadable).toEqual([]);
  writeWhole(file, '{"boots":');
  expect(openMemory(file, (error) => unreadable.push(error)).memory).toEqual({ boots: {}, house: null });
  expect(unreadable.length).toBe(1);
});

test('a ledger in a file says afterwards what was made, sent, acknowledged and receipted', () => {
  using place = folder();
  const file = join(place.dir, 'ledger.jsonl');
  const ledger = createLedger(file);
  const device = 'a';
  for (const seq of [1, 2, 3])
    ledger.note({ device, what: 'made', boot: 1, seq, at: 1000 * seq, values: { temperature: seq } });
  for (const seq of [1, 2]) ledger.note({ device, what: 'sent', boot: 1, seq });
  ledger.note({ device, what: 'acknowledged', boot: 1, seq: 1 });
  ledger.note({ device, what: 'receipted', boot: 1, seq: 1 });
  ledger.note({ device, what: 'renumbered', boot: 5, seq: 1, from: { boot: 1, seq: 3 } });
  appendFileSync(file, '{"device":"a","what":"se');
  const read = readLedger(file);
  expect(read.entries()).toEqual(ledger.entries());
  expect(
    read
      .entries()
      .map(({ boot, seq, sent, isAcknowledged, isReceipted }) => [
        `${boot}/${seq}`,
        sent,
        isAcknowledged,
        isReceipted,
      ]),
  ).toEqual([
    ['1/1', 1, true, true],
    ['1/2', 1, false, false],
    ['5/1', 0, false, false],
  ]);
  expect(read.counts()).toEqual({ made: 3, waiting: 2, dropped: 0 });
});
