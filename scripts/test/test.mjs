import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildDashboard } from '../start/build-dashboard.mjs';
import { install } from '../start/install.mjs';
import { bundleLibraries } from '../start/libraries.mjs';
import { StartFailure } from '../start/workspace.mjs';
import { installTools } from './install-tools.mjs';
import { depthInWords } from './depth.mjs';
import { scratchFolder } from './scratch.mjs';
import { installSoftware } from './software.mjs';
import { checks, runSideBySide, testSteps } from './steps.mjs';

/**
 * Installs what the tests need, runs every check, and every test where they found nothing; ends with a table of the
 * steps and one line `N passed, N failed`. The exit code is 1 when anything failed.
 * @returns {Promise<void>}
 */
export async function test() {
  const scratch = mkdtempSync(join(scratchFolder(), 'hearth-test-'));
  /** @type {[name: string, seconds: number, isOk: boolean][]} */
  const done = [];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const begunAt = performance.now();
  try {
    for (const [name, prepare] of Object.entries({
      install,
      tools: installTools,
      software: installSoftware,
      libraries: bundleLibraries,
      dashboard: buildDashboard,
    })) {
      const startedAt = performance.now();
      await prepare();
      done.push([name, secondsSince(startedAt), true]);
    }
    for (const steps of [checks, ...testSteps(scratch).map((step) => [step])]) {
      for (const [i, { seconds, isOk }] of (await runSideBySide(steps)).entries()) {
        const { name, count } = steps[i] ?? {};
        done.push([String(name), seconds, isOk]);
        const counted = count?.() ?? { passed: 0, failed: 0, skipped: 0 };
        counts.passed += counted.passed;
        // A runner may fail without a failed test: an unhandled error, or no test found.
        counts.failed += Math.max(counted.failed, isOk ? 0 : 1);
        counts.skipped += counted.skipped;
      }
      if (counts.failed > 0) break;
    }
  } catch (error) {
    if (!(error instanceof StartFailure)) throw error;
    process.stderr.write(`hearth: ${error.message}\n`);
    counts.failed += 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  process.stdout.write(summary(done, secondsSince(begunAt), counts));
  process.exitCode = counts.failed === 0 ? 0 : 1;
}

/** @param {number} startedAt */
const secondsSince = (startedAt) => (performance.now() - startedAt) / 1000;

/**
 * @param {readonly [name: string, seconds: number, isOk: boolean][]} done
 * @param {number} total seconds
 * @param {import('./steps.mjs').Counts} counts
 */
function summary(done, total, counts) {
  const rows = done.map(
    ([name, seconds, isOk]) =>
      `${name.padEnd(24)}${seconds.toFixed(1).padStart(8)} s  ${isOk ? 'ok' : 'FAILED'}\n`,
  );
  const skipped = counts.skipped > 0 ? `${counts.skipped} skipped\n` : '';
  return `\n${rows.join('')}${'total'.padEnd(24)}${total.toFixed(1).padStart(8)} s\n${depthInWords}\n\n${skipped}${counts.passed} passed, ${counts.failed} failed\n`;
}
