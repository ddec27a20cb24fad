import { expect, test } from 'vitest';
import { depthOf } from '../scripts/test/depth.mjs';
import { countPlaywright, countVitest, runSideBySide } from '../scripts/test/steps.mjs';

test('tests of vitest are counted, and a file that does not load is a failure', () => {
  const passing = { status: 'passed', assertionResults: [{}, {}] };
  const unloadable = { status: 'failed', assertionResults: [] };
  const report = { numPassedTests: 2, numFailedTests: 0, numPendingTests: 1, numTodoTests: 0 };
  expect(countVitest({ ...report, testResults: [passing] })).toEqual({ passed: 2, failed: 0, skipped: 1 });
  expect(countVitest({ ...report, testResults: [passing, unloadable] })).toMatchObject({
    passed: 2,
    failed: 1,
  });
});

test('tests of Playwright are counted, and an error outside of them is a failure', () => {
  const stats = { expected: 3, unexpected: 1, flaky: 0, skipped: 2 };
  expect(countPlaywright({ stats, errors: [] })).toEqual({ passed: 3, failed: 1, skipped: 2 });
  expect(countPlaywright({ stats, errors: [{ message: 'no browser' }] })).toMatchObject({ failed: 2 });
});

test('a runner that leaves no report has failed', () => {
  expect(countVitest(null)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  expect(countPlaywright(null)).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test('of steps that run side by side each is judged for itself', async () => {
  const exits = (code: number) => ({
    name: `exits ${code}`,
    command: ['node', '-e', `process.exit(${code})`],
  });
  expect(await runSideBySide([exits(0), exits(3), exits(0)])).toMatchObject([
    { isOk: true },
    { isOk: false },
    { isOk: true },
  ]);
});

test('the long proofs go all the way where the environment says that it is CI', () => {
  expect(depthOf({ CI: 'true' })).toMatchObject({
    kills: 200,
    powerCuts: 500,
    fuzzSeconds: 60,
    histories: 10_000,
  });
  expect(depthOf({ CI: 'false' })).toEqual(depthOf({}));
  expect(depthOf({}).kills).toBeLessThan(200);
});
