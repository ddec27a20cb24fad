import { join } from 'node:path';
import { expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { skipReason } from '../interop/programs.ts';
import { anySeed } from './random.ts';
import { cutStore, wordsOf } from './store/cut-store.ts';
import { recordStore } from './store/record-store.ts';
import { straceProblem } from './strace.ts';

const images = depth.storePowerCuts;
const controlImages = 12;

const { isSkipped, note } = skipReason(straceProblem());

test.skipIf(isSkipped)(
  `the power goes at ${images} random moments of moving, storing, sealing, pruning and copying readings: each that was acknowledged is on disk, and the store opens${note}`,
  { timeout: 600_000 },
  async () => {
    const seed = anySeed();
    const report = await cutStore(await recordStore(seed), { images, seed });
    process.stdout.write(`the store, seed ${seed}: ${wordsOf(report)}\n`);
    expect(report.examples).toEqual([]);
    expect(report.readings).toBeGreaterThan(images * 1000);
  },
);

test.skipIf(isSkipped)(
  `the same store without its syncs loses what it acknowledged: the images would show it${note}`,
  { timeout: 120_000 },
  async () => {
    const unsynced = await recordStore(1, [join(import.meta.dirname, 'store/unsynced-journal.ts')]);
    const report = await cutStore(unsynced, { images: controlImages, seed: 1 });
    process.stdout.write(`the store without syncs, seed 1: ${wordsOf(report)}\n`);
    expect(report.lost).toBeGreaterThan(0);
    expect(report.imagesWithLoss + report.unopenable).toBeGreaterThan(controlImages / 2);
  },
);
