import { defineConfig } from 'vitest/config';
import { scratchFolder } from './scripts/test/scratch.mjs';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Where tests take a minute and more: begun last, they would run alone at the end. */
const long = /\/test\/(faults|external|fuzz|kit|simulator)\/|\/engine-model\.test\.ts$/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isShort = ({ moduleId }: TestSpecification): number => (long.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).toSorted((a, b) => isShort(a) - isShort(b));
  }
}

export default defineConfig({
  test: {
    include: ['{packages,apps,devices}/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/e2e/**'],
    sequence: { sequencer: LongestFirst },
    // A bound for what hangs, not a figure: machines may be slow.
    testTimeout: 60_000,
    hookTimeout: 30_000,
    // Two cores; who waits for a process to start or a device to fall silent needs none.
    maxWorkers: 3,
    // No test changes what others see: a file need not load all of Hearth anew.
    isolate: false,
    env: { TMPDIR: process.env['TMPDIR'] ?? scratchFolder() },
    // Facts arrive over sockets and disks; two busy cores take longer than a second.
    expect: { poll: { timeout: 10_000 } },
  },
});
