import { expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { anySeed } from './random.ts';
import { killStore, wordsOf } from './store/kill-store.ts';

const kills = depth.storeKills;

test(
  `${kills} kills while readings are moved, stored, sealed, pruned and copied: each that was acknowledged is there once, and what is sealed verifies`,
  { timeout: 900_000 },
  async () => {
    const seed = anySeed();
    const report = await killStore({ kills, seed });
    process.stdout.write(`the store, seed ${seed}: ${wordsOf(report)}\n`);
    expect(report.examples, `again: pnpm test:faults --runs ${kills} --seed ${seed}`).toEqual([]);
    expect(report.readings).toBeGreaterThan(kills * 1000);
  },
);
