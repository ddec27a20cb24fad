import { join } from 'node:path';
import { expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { skipReason } from '../interop/programs.ts';
import { cutPower, wordsOf } from './power/power-cuts.ts';
import { record } from './power/record.ts';
import { anySeed } from './random.ts';
import { straceProblem } from './strace.ts';

const images = depth.powerCuts;
const controlImages = depth.controlCuts;

const { isSkipped, note } = skipReason(straceProblem());

test.skipIf(isSkipped)(
  `the power goes at ${images} random moments: everything that was acknowledged is on disk, and the broker starts${note}`,
  { timeout: 300_000 },
  async () => {
    const seed = anySeed();
    const report = cutPower(await record(), { images, seed });
    process.stdout.write(`Hearth, seed ${seed}: ${wordsOf(report)}\n`);
    expect(report.examples).toEqual([]);
    expect(report.promises).toBeGreaterThan(images * 1000);
  },
);

test.skipIf(isSkipped)(
  `the same broker without its syncs loses what it acknowledged: the images would show it${note}`,
  { timeout: 120_000 },
  async () => {
    const unsynced = await record([join(import.meta.dirname, 'unsynced.ts')]);
    const report = cutPower(unsynced, { images: controlImages, seed: 1 });
    process.stdout.write(`synchronous=OFF, seed 1: ${wordsOf(report)}\n`);
    expect(report.lost).toBeGreaterThan(0);
    expect(report.imagesWithLoss).toBeGreaterThan(controlImages / 10);
  },
);
