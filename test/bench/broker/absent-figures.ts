import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figure, median } from '../figure.ts';
import { interleave, ratioOf, type Rounds } from './compare.ts';
import type { Effort } from './effort.ts';
import type { Load } from './load.ts';
import { startMosquitto, type Subject } from './subjects.ts';

/** Mosquitto that writes its database at each change gets no further than this. */
const measureMs = 5000;

const syncs = 20;

/** Milliseconds for 4 kB to reach the disk: acknowledgements come no faster than in batches of one such wait. */
function syncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-bench-sync-'));
  const file = openSync(join(folder, 'file'), 'w');
  try {
    const tookMs = Array.from({ length: syncs }, () => {
      const startedAt = performance.now();
      writeSync(file, Buffer.alloc(4096));
      fsyncSync(file);
      return performance.now() - startedAt;
    });
    return median(tookMs);
  } finally {
    closeSync(file);
    rmSync(folder, { recursive: true });
  }
}

/** Acknowledgements a second that promise to keep the message for a subscriber that is away. */
export async function measureAbsents(
  load: Load,
  { rounds, absentMessages }: Effort,
  ours: Subject,
  shipped: Subject,
): Promise<Figure[]> {
  await using everyChange = await startMosquitto('everyChange');
  const rate = async ({ place }: Subject): Promise<number> => {
    const shape = { publishers: 20, window: 50, messages: absentMessages, measureMs };
    const outcome = await load.run({ kind: 'absent', place, ...shape });
    return outcome.values[0]!;
  };
  const ofShipped: number[] = [];
  const syncsMs: number[] = [];
  const found: Rounds = await interleave(
    rounds,
    () => {
      syncsMs.push(syncMs());
      return rate(ours);
    },
    async () => {
      ofShipped.push(await rate(shipped));
      return rate(everyChange);
    },
  );
  const value = median(found.ours);
  const unit = 'acknowledged/s';
  return [
    { figure: 'broker.absent.committed', value, unit, bar: 30_000, isBarLeast: true },
    {
      figure: 'broker.absent.everyChange',
      value,
      unit,
      peer: 'mosquitto, autosave on every change',
      ratio: ratioOf(found),
      bar: 10,
      isBarLeast: true,
      isBarOfRatio: true,
    },
    {
      figure: 'broker.absent.shipped',
      value,
      unit,
      peer: 'mosquitto, on disk within 30 min',
      ratio: ratioOf({ ours: found.ours, theirs: ofShipped }),
    },
    { figure: 'broker.fsync', value: median(syncsMs), unit: 'ms' },
  ];
}
