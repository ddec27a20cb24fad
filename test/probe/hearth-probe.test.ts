import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reporter } from '@hearth/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildDashboard } from '../../scripts/start/build-dashboard.mjs';
import { isSkipped, note, startMosquitto, type Mosquitto } from '../external/mosquitto.ts';
import { freePort } from '../ports.ts';
import { startStack, type Stack } from '../stack.ts';
import { root } from '../tidy/sources.ts';

/** The Node of the machine where there is one: the file is for others than ours. */
const node = existsSync('/usr/bin/node') ? '/usr/bin/node' : process.execPath;
/** Alone in a folder: nothing of Hearth lies beside it. */
const folder = mkdtempSync(join(tmpdir(), 'hearth-probe-'));
const program = join(folder, 'hearth-probe.mjs');
const parts = new AsyncDisposableStack();
let hearth: Stack;

interface Gone {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs it to its end; `stopAfter` lines it is told to stop. */
async function run(
  args: readonly string[],
  env: Record<string, string> = {},
  stopAfter = Infinity,
): Promise<Gone> {
  const child = spawn(node, [program, ...args], { cwd: folder, env: { PATH: '/usr/bin', ...env } });
  const gone = { output: '', errors: '' };
  let isStopped = false;
  child.stdout.on('data', (text) => {
    gone.output += String(text);
    if (isStopped || gone.output.split('\n').length <= stopAfter) return;
    isStopped = child.kill('SIGTERM');
  });
  child.stderr.on('data', (text) => (gone.errors += String(text)));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...gone };
}

beforeAll(async () => {
  parts.defer(() => rmSync(folder, { recursive: true }));
  await buildDashboard();
  hearth = parts.use(await startStack({ env: { HEARTH_DASHBOARD_DIR: join(root, 'apps/dashboard/dist') } }));
  const served = await fetch(`${hearth.url}/hearth-probe.mjs`);
  expect([served.status, served.headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('javascript'),
  ]);
  writeFileSync(program, await served.text());
}, 120_000);
afterAll(() => parts.disposeAsync());

const levels = ['subscribe-0', 'receive-0', 'subscribe-1', 'publish-1', 'receive-1'];
const allLevels = [...levels, 'subscribe-2', 'publish-2', 'receive-2'];

describe(`at somebody else’s Mosquitto${note}`, { skip: isSkipped }, () => {
  let mosquitto: Mosquitto;
  const env = { HEARTH_PROBE_PASSWORD: 'a word for the probe' };
  beforeAll(async () => {
    mosquitto = parts.use(await startMosquitto({ access: 'by-hand', isTls: true }));
    mosquitto.addByHand('garage', env.HEARTH_PROBE_PASSWORD, ['user garage', 'topic readwrite garage/#']);
  });
  const ours = () => ['--user', 'garage', '--topic', 'garage/probe', '--ca', mosquitto.caFile];

  test('it goes to and back by each leg, and says so in a table and in JSON', async () => {
    // Mosquitto reads its files anew a moment after it was told to.
    await expect.poll(async () => (await run([mosquitto.url, ...ours(), '--runs', '1'], env)).code).toBe(0);
    const { code, output, errors } = await run([mosquitto.url, ...ours(), '--json', '--runs', '3'], env);
    expect([code, errors]).toEqual([0, '']);
    const told = JSON.parse(output) as {
      runs: { state: string; legs: object }[];
      legs: { leg: string; count: number; p50: number }[];
    };
    expect(told.runs).toHaveLength(3);
    expect(Object.keys(told.runs[0]!.legs).toSorted()).toEqual(
      ['tcp', 'tls', 'connect', ...allLevels].toSorted(),
    );
    for (const { count, p50 } of told.legs) expect([count, p50 > 0]).toEqual([3, true]);
    const table = await run([mosquitto.url, ...ours(), '--runs', '2', '--qos', '0,1'], env);
    for (const leg of ['tcp', 'tls', 'connect', ...levels])
      expect(table.output).toMatch(new RegExp(`^${leg} +[\\d.]+ ms +[\\d.]+ ms +[\\d.]+ ms +2$`, 'm'));
    expect(table.output).not.toContain('receive-2');
  });

  test.for([
    ['nothing that listens', 'tcp', 'nothing listens there', () => ['mqtt://127.0.0.1:1']],
    ['no TLS where it is said', 'tls', '(does not speak TLS|was cut)', () => [hearth.mqttUrl.replace('mqtt:', 'mqtts:')]],
    ['an authority that it does not know', 'tls', 'not known here', () => [mosquitto.url]],
    ['a wrong password', 'connect', 'does not (know|let)', () => [mosquitto.url, ...ours()], { HEARTH_PROBE_PASSWORD: 'x' }],
    ['topics of others', 'receive-0', 'nothing came within 5 s', () => [mosquitto.url, ...ours(), '--topic', 'others'], env],
  ] as const)('%s is told at its leg, in words, and as exit code', async ([, leg, reason, args, secrets = {}]) => {
    const { code, output } = await run([...args(), '--runs', '1', '--timeout', '5'], secrets);
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`^Failed at ${leg}: .*${reason}.*\\.$`, 'm'));
  }); // prettier-ignore
});

describe('reporting to a Hearth', () => {
  const reporters = (): Promise<Reporter[]> => hearth.api('reporters');

  test('it probes Hearth’s broker with the settings of the page, reports, and is seen by its name', async () => {
    const made = await hearth.api('addReporter', { body: { name: 'garage computer' } });
    const { url, topic, ca } = made.broker!;
    const settings = { broker: url, user: made.id, topic, ca, report: hearth.url, token: made.token };
    writeFileSync(join(folder, 'garage.json'), JSON.stringify(settings));
    const { code, output, errors } = await run(['--from', 'garage.json', '--every', '30'], {}, 1);
    expect([code, errors]).toEqual([0, '']);
    expect(output).toMatch(
      / whole: let in after [\d.]+ ms, there and back [\d.]+ ms, [\d.]+ ms, [\d.]+ ms$/m,
    );
    await expect
      .poll(reporters)
      .toMatchObject([
        { name: 'garage computer', everyS: 30, broker: url, isOverdue: false, last: { state: 'whole' } },
      ]);
    const [{ heardAt, legs }] = (await reporters()) as [Reporter];
    expect(Date.now() - heardAt!).toBeLessThan(60_000);
    expect(legs.map(({ leg }) => leg)).toEqual(['tcp', 'tls', 'connect', ...allLevels]);
    expect(await hearth.api('devices')).toEqual([]);

    // Of somebody else's broker that is away it tells the same Hearth.
    const away = await run(['--from', 'garage.json', 'mqtt://127.0.0.1:1', '--runs', '1']);
    expect(away.code).toBe(1);
    expect(await reporters()).toMatchObject([
      { broker: 'mqtt://127.0.0.1:1', failing: { leg: 'tcp', reason: 'nothing listens there' } },
    ]);

    await hearth.api('removeReporter', { params: { id: made.id } });
    const refused = await run(['--from', 'garage.json', '--runs', '1']);
    expect(refused.code).toBe(1);
    expect(refused.errors).toMatch(/refuses the report: .*perhaps it was removed there/);
  });

  test('a Hearth that is away is told later', async () => {
    const away = `http://127.0.0.1:${await freePort()}`;
    const args = ['mqtt://127.0.0.1:1', '--report', away, '--runs', '1'];
    const { code, errors } = await run(args, { HEARTH_PROBE_TOKEN: 'x' });
    expect(code).toBe(1);
    expect(errors).toBe('hearth-probe: the report is kept for later: nothing listens there\n');
  });
});

test('what cannot be understood is told with the usage, and exit code 2', async () => {
  for (const [args, why] of [
    [['--every', '30'], 'which broker?'],
    [['http://x'], 'no mqtt://HOST'],
    [['mqtt://anna:secret@x'], 'HEARTH_PROBE_PASSWORD'],
    [['mqtt://x', '--report', 'http://x'], '--report takes a token'],
    [['mqtt://x', '--every', '1'], 'from 5 to'],
    [['mqtt://x', '--qos', '3'], 'of 0, 1, 2'],
  ] as const) {
    const { code, errors } = await run(args);
    expect([code, errors]).toEqual([2, expect.stringContaining(why)]);
    expect(errors).toContain('Exit code 0');
  }
});
