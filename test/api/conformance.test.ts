import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckRun, StartCheck, StartedCheck } from '@hearth/contract';
import { verifyCertificate } from '@hearth/kit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type Program } from '../interop/programs.ts';
import { root } from '../kit/runs.ts';
import { startStack, type Stack } from '../stack.ts';

const asked: StartCheck = {
  device: 'bench-thermostat',
  host: 'localhost',
  isQuick: true,
  isPlain: false,
  hasHands: false,
  chapters: ['requests'],
};

let stack: Stack;
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-bench-'));
  stack = await startStack({ env: { HEARTH_KIT_HOST: '127.0.0.1', HEARTH_KIT_PORT: '0' } });
});
afterEach(async () => {
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const file = async (path: string): Promise<Response> =>
  fetch(`${stack.url}/api/conformance${path}`, { headers: { cookie: stack.cookie } });
const run = async (): Promise<CheckRun> => (await stack.api('conformance')).run!;
const begin = (more: Partial<StartCheck> = {}): Promise<StartedCheck> =>
  stack.api('startCheck', { body: { ...asked, ...more } });
const ended = (state: CheckRun['state'] = 'ended') =>
  expect.poll(async () => (await run()).state, { timeout: 30_000 }).toBe(state);

/** A device, pointed to where the page says. */
async function point({ run: { port, asked: check }, secret }: StartedCheck): Promise<Program> {
  const caFile = join(folder, 'ca.crt');
  if (!check.isPlain) await writeFile(caFile, await (await file('/ca.crt')).text());
  return start(process.execPath, [join(root, 'examples/device.mjs')], {
    env: {
      DEVICE: check.device,
      SECRET: secret,
      BROKER: check.host,
      PORT: String(port),
      STATE_DIR: folder,
      PERIOD_MS: '500',
      RETRY_MIN_MS: '100',
      ...(!check.isPlain && { CA_FILE: caFile }),
    },
  });
}

/** The kit that the api of this process started. */
function kitProcess(): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        const isKit = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('hearth-kit.ts');
        return isKit && Number(parent) === process.pid;
      } catch {
        return false;
      }
    });
}

test('a device is checked, its certificate is signed, and nothing of it reaches the home', async () => {
  expect(await stack.api('conformance')).toEqual({ run: null, host: null });
  const started = await begin();
  expect(started.run).toMatchObject({ state: 'waiting', asked, home: 'home', results: [], summary: null });
  expect(started.run.rules.every(({ id }) => id.startsWith('requests.'))).toBe(true);
  await using _ = await point(started);
  await ended();
  const { rules, results, summary, device, problem } = await run();
  expect(summary).toEqual({
    outcome: 'passed',
    passed: rules.length,
    failed: 0,
    notApplicable: 0,
    notRun: 0,
  });
  expect(results.map(({ id }) => id).sort()).toEqual(rules.map(({ id }) => id).sort());
  expect(device).toEqual({ maker: 'Example', model: 'MQTT.js thermostat', firmware: '1.0.0' });
  expect(problem).toBeNull();

  const json = await file('/certificate?format=json');
  expect(json.headers.get('content-disposition')).toContain('hearth-bench-thermostat-conformance.json');
  const text = await json.text();
  expect(verifyCertificate(text)).toMatchObject({ isWhole: true, name: 'Ada' });
  const page = await file('/certificate?format=html');
  expect(page.headers.get('content-disposition')).toMatch(/^attachment; .*\.html"$/);
  expect(await page.text()).toContain('Passes');
  expect(JSON.stringify([await stack.api('conformance'), text])).not.toContain(started.secret);

  expect(await stack.api('devices')).toEqual([]);
  expect((await stack.api('health')).store?.readings).toBe(0);
});

test('what a hand has to do is asked for, answered once, and what fails is shown and told how to mend', async () => {
  const started = await begin({ chapters: ['readings'], hasHands: true, isPlain: true });
  await using device = await point(started);
  await expect
    .poll(async () => (await run()).step, { timeout: 30_000 })
    .toMatchObject({ movement: 'sensor-out' });
  const { step, now } = await run();
  expect(now).toBe('readings.unplugged');
  // Somebody who says so and does not do it.
  await stack.api('answerStep', { body: { number: step!.number, isDone: true } });
  await expect(stack.api('answerStep', { body: { number: step!.number, isDone: true } })).rejects.toThrow(
    '404',
  );
  await expect
    .poll(async () => (await run()).step, { timeout: 30_000 })
    .toMatchObject({ movement: 'sensor-in' });
  await stack.api('answerStep', { body: { number: step!.number + 1, isDone: true } });
  await ended();
  const failed = (await run()).results.filter(({ verdict }) => verdict === 'fail');
  expect(failed).toMatchObject([
    { id: 'readings.unplugged', why: expect.stringMatching(/it reported 2\d/), mend: expect.any(String) },
  ]);
  expect(failed[0]!.evidence!.join('\n')).toContain('publish hearth/v1/home/bench-thermostat/reading');
  expect((await run()).summary?.outcome, device.output()).toBe('failed');
});

test('one device at a time: a second is refused in words, until the first is stopped', async () => {
  const { run: first } = await begin();
  await expect(begin({ device: 'another' })).rejects.toMatchObject({
    problem: { type: '/problems/check-running', status: 409, detail: expect.stringContaining('stop it') },
  });
  expect((await file('/ca.crt')).headers.get('content-disposition')).toContain('hearth-check-ca.crt');
  await stack.api('stopCheck');
  expect(await run()).toMatchObject({ id: first.id, state: 'stopped', problem: null });
  await expect(stack.api('stopCheck')).rejects.toThrow('404');
  expect((await file('/ca.crt')).status).toBe(404);
  expect((await file('/certificate?format=json')).status).toBe(404);
  const both = await Promise.allSettled([begin({ device: 'another' }), begin({ device: 'a-third' })]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect((await run()).id).not.toBe(first.id);
});

test('the kit has no more rights and secrets than it needs', async () => {
  await begin();
  const pid = kitProcess()!;
  const words = (name: string): string[] => readFileSync(`/proc/${pid}/${name}`, 'utf8').split('\0');
  expect(words('environ').filter((each) => !/^(PATH|TMPDIR)=|^$/.test(each))).toEqual([]);
  const rights = words('cmdline').filter((word) => /^--(permission|allow)/.test(word));
  expect(rights).toContain('--permission');
  expect(rights.filter((word) => /write|child|worker|addons/.test(word))).toEqual([
    `--allow-fs-write=${join(stack.dataDir, 'kit')}`,
  ]);
  expect(rights).not.toContain(`--allow-fs-read=${stack.dataDir}`);
});

test('a kit that is killed ends the run, which says so, and the next one begins', async () => {
  await begin();
  process.kill(kitProcess()!, 'SIGKILL');
  await ended('broken');
  expect((await run()).problem).toBe(
    'The kit ended before the check did (SIGKILL). The log of the api has what it said.',
  );
  expect((await begin()).run.state).toBe('waiting');
});

test('a port that is taken is named with the variable that changes it', async () => {
  const port = new URL(stack.url).port;
  await using other = await startStack({ env: { HEARTH_KIT_HOST: '127.0.0.1', HEARTH_KIT_PORT: port } });
  await expect(other.api('startCheck', { body: asked })).rejects.toMatchObject({
    problem: { type: '/problems/cannot-check', detail: expect.stringContaining('HEARTH_KIT_PORT') },
  });
  expect(await other.api('conformance')).toMatchObject({ run: null });
});
