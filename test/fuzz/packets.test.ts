import { expect, test } from 'vitest';
import { depth } from '../../scripts/test/depth.mjs';
import { anySeed } from '../faults/random.ts';
import { fuzz } from './campaign.ts';

const seconds = depth.fuzzSeconds;
const grownMaxBytes = 5_000_000;

// Runs come from many addresses of this host, which only Linux has.
test.runIf(process.platform === 'linux')(
  'mutated packets harm nobody but their sender, and leave nothing behind',
  { timeout: (seconds + 120) * 1000 },
  async () => {
    const seed = anySeed();
    const { runs, honestMessages, grownBytes } = await fuzz(seed, { seconds });
    process.stdout.write(
      `seed ${seed}: ${runs} runs, ${honestMessages} honest messages in order, memory +${((grownBytes ?? 0) / 1e6).toFixed(1)} MB\n`,
    );
    expect(runs).toBeGreaterThan(seconds * 5);
    expect(honestMessages).toBeGreaterThan(seconds * 5);
    expect(grownBytes ?? 0).toBeLessThan(grownMaxBytes);
  },
);
