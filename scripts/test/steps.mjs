import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { compileCache, root } from '../start/workspace.mjs';
import { depth } from './depth.mjs';

/** Tests start hundreds of threads and parts: with what `npm start` makes of the libraries each takes half the time. */
const quickLoading = {
  NODE_COMPILE_CACHE: compileCache,
  NODE_OPTIONS: `--import=${new URL('../start/use-libraries.mjs', import.meta.url).href}`,
};

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {string[]} command a program of node_modules/.bin with its arguments
 * @property {NodeJS.ProcessEnv} [env]
 * @property {() => Counts} [count] reads the step's own report
 *
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/** What `pnpm check` does. @type {Step[]} */
export const checks = [
  { name: 'types', command: ['tsc', '-p', 'tsconfig.json'] },
  { name: 'types of the dashboard', command: ['tsc', '-p', 'apps/dashboard/tsconfig.json'] },
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['oxfmt', '--check'] },
  { name: 'unused', command: ['knip'] },
];

/**
 * Every test, in the order in which a mistake is found soonest.
 * @param {string} scratch folder for the runners' reports, and for all that the tests write
 * @returns {Step[]}
 */
export function testSteps(scratch) {
  const vitestReport = join(scratch, 'vitest.json');
  const playwrightReport = join(scratch, 'playwright.json');
  return [
    {
      name: 'unit tests',
      command: [
        'vitest',
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${vitestReport}`,
      ],
      env: {
        ...quickLoading,
        TMPDIR: scratch,
        TEST_HISTORIES: String(depth.histories),
        TEST_NOTICE_KILLS: String(depth.noticeKills),
        TEST_ALERT_CRASHES: String(depth.alertCrashes),
        TEST_ALERT_MONTHS: String(depth.alertMonths),
      },
      count: () => countVitest(readReport(vitestReport)),
    },
    {
      name: 'browser tests',
      command: ['playwright', 'test', '--reporter=line,json'],
      env: {
        ...quickLoading,
        TMPDIR: scratch,
        PLAYWRIGHT_JSON_OUTPUT_FILE: playwrightReport,
        TEST_EVERY_SIZE: String(depth.isEverySize),
      },
      count: () => countPlaywright(readReport(playwrightReport)),
    },
  ];
}

/**
 * Runs steps side by side with Node 24 first in the PATH: the output of the first on the terminal, that of each other when
 * it has ended.
 * @param {readonly Step[]} steps
 * @returns {Promise<{ seconds: number, isOk: boolean }[]>} whether each exited 0
 */
export function runSideBySide(steps) {
  return Promise.all(
    steps.map(async (step, i) => {
      const startedAt = performance.now();
      const isOk = await (i === 0 ? runLive(step) : runQuietly(step));
      return { seconds: (performance.now() - startedAt) / 1000, isOk };
    }),
  );
}

/** @param {Step} step */
const titleOf = ({ name }) => `\n── ${name}\n`;

/** @param {Step} step */
async function runLive(step) {
  process.stdout.write(titleOf(step));
  return succeeded(start(step, 'inherit'));
}

/** @param {Step} step */
async function runQuietly(step) {
  const child = start(step, 'pipe');
  /** @type {Buffer[]} */
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk));
  const isOk = await succeeded(child);
  process.stdout.write(titleOf(step) + Buffer.concat(said).toString());
  return isOk;
}

/**
 * @param {Step} step
 * @param {'inherit' | 'pipe'} output
 */
function start({ command: [program = '', ...args], env = {} }, output) {
  const bin = join(root, 'node_modules/.bin');
  return spawn(join(bin, program), args, {
    cwd: root,
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH']}`, ...env },
    stdio: ['ignore', output, output],
    shell: process.platform === 'win32',
  });
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<boolean>}
 */
function succeeded(child) {
  return new Promise((resolve) => {
    child.on('error', () => resolve(false));
    child.on('close', (code) => resolve(code === 0));
  });
}

/** @param {string} path */
function readReport(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

/**
 * A file that cannot be loaded counts as one failure, so that none of it is lost.
 * @param {any} report vitest's json reporter
 * @returns {Counts}
 */
export function countVitest(report) {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  /** @type {{ status: string, assertionResults: unknown[] }[]} */
  const files = report.testResults;
  const unloaded = files.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @param {any} report Playwright's json reporter
 * @returns {Counts}
 */
export function countPlaywright(report) {
  if (!report) return { passed: 0, failed: 1, skipped: 0 };
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected + flaky, failed: unexpected + report.errors.length, skipped };
}
