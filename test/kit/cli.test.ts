import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KitLine } from '@hearth/contract';
import { checks, type Certificate } from '@hearth/kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { start, type Ended } from '../interop/programs.ts';
import { root } from './runs.ts';

const cli = join(root, 'devices/kit/src/cli/hearth-kit.ts');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-kit-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As npm runs it: in the folder of Hearth, for a user who is in another. */
async function kit(...args: string[]): Promise<Ended> {
  await using program = start(process.execPath, [cli, ...args], {
    cwd: root,
    env: { INIT_CWD: folder, PERIOD_MS: '500', RETRY_MIN_MS: '100' },
  });
  return await program.ended;
}

/** One that has ended and waits for somebody to notice has no command line. */
const commandLine = (pid: number): Promise<string> =>
  readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

/** What the kit printed for a person who points a device at it. */
const told = (output: string, what: RegExp): string => what.exec(output)?.[1] ?? '';

test('waits for a device that a person points at it', async () => {
  const words = ['check', '--device', 'hall', '--quick', '--only', 'requests.answered,birth.boot', '--json'];
  await using program = start(process.execPath, [cli, ...words], { cwd: root, env: { INIT_CWD: folder } });
  await expect.poll(() => program.output()).toMatch(/first reading/);
  const output = program.output();
  const env = {
    DEVICE: 'hall',
    SECRET: told(output, /password +(\S+)/),
    CA_FILE: told(output, /authority +(\S+)/),
    PORT: told(output, /mqtts:\/\/127\.0\.0\.1:(\d+)/),
    STATE_DIR: folder,
  };
  await using device = start(process.execPath, [join(root, 'examples/device.mjs')], { env });
  const { code, output: said } = await program.ended;
  const { summary, results } = JSON.parse(said.slice(said.indexOf('{'))) as Certificate;
  expect(results).toMatchObject([
    { id: 'birth.boot', verdict: 'not-run', why: 'the kit cannot cut its power: see --run' },
    { id: 'requests.answered', verdict: 'pass' },
  ]);
  expect(summary.outcome, device.output()).toBe('incomplete');
  expect(code).toBe(0);
});

test('tells a program each step as a line, and takes its answers', async () => {
  const words = ['check', '--device', 'hall', '--hand', 'ask', '--quick', '--jsonl', '--listen', '127.0.0.1'];
  const args = [cli, ...words, '--host', 'localhost', '--only', 'readings.unplugged,birth.boot'];
  await using program = start(process.execPath, args, { cwd: root, hasInput: true });
  const lines = (): KitLine[] =>
    program
      .output()
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as KitLine);
  const line = <L extends KitLine['line']>(kind: L) =>
    lines().findLast((each): each is Extract<KitLine, { line: L }> => each.line === kind);
  await expect.poll(() => line('open')).toBeDefined();
  const { port, secret, ca, rules } = line('open')!;
  expect(rules.map(({ id }) => id)).toEqual(['birth.boot', 'readings.unplugged']);
  const caFile = join(folder, 'lines-ca.crt');
  await writeFile(caFile, ca!);
  const env = { DEVICE: 'hall', SECRET: secret, BROKER: 'localhost', PORT: String(port), CA_FILE: caFile };
  await using _ = start(process.execPath, [join(root, 'examples/device.mjs')], {
    env: { ...env, STATE_DIR: folder, PERIOD_MS: '500' },
  });
  await expect.poll(() => line('step'), { timeout: 10_000 }).toMatchObject({ movement: 'sensor-out' });
  program.say('cannot');
  expect((await program.ended).code).toBe(1);
  const kinds = lines().map((each) => each.line);
  expect(kinds.join(' ')).toBe('open device check step result check result end');
  expect(line('device')?.device).toEqual({
    maker: 'Example',
    model: 'MQTT.js thermostat',
    firmware: '1.0.0',
  });
  expect(line('end')?.summary).toMatchObject({ outcome: 'incomplete', notRun: 2 });
});

test('ends with the program that listens to it', async () => {
  const args = [cli, 'check', '--device', 'hall', '--jsonl'];
  await using program = start(process.execPath, args, { hasInput: true });
  await expect.poll(() => program.output()).toMatch(/"line":"open"/);
  program.say(null);
  expect((await program.ended).code).toBe(130);
});

test('checks a device, and writes a certificate that can be verified and not be altered', async () => {
  const run = `exec '${process.execPath}' '${join(root, 'examples/device.mjs')}'`;
  const words = ['check', '--device', 'hall', '--run', run, '--quick', '--only', 'requests,birth.order'];
  const checked = await kit(...words, '--out', 'paper', '--key', 'key.pem', '--signer', 'Ada of the lab');
  expect(checked.output).toMatch(/✓ must {3}requests\.answered/);
  expect(checked.output).toMatch(/14 passed, 0 failed/);
  expect(checked.code).toBe(0);

  const verified = await kit('verify', 'paper/certificate.json');
  expect(verified.output).toMatch(/^Whole\. Example MQTT\.js thermostat \(hall\), firmware 1\.0\.0: passed/);
  expect(verified.output).toMatch(/Signed by Ada of the lab, key ([0-9a-f]{4} ?){16}\./);
  expect(verified.code).toBe(0);
  expect(await readFile(join(folder, 'paper/certificate.html'), 'utf8')).toContain('Passes');

  const certificate = await readFile(join(folder, 'paper/certificate.json'), 'utf8');
  await writeFile(
    join(folder, 'forged.json'),
    certificate.replace('"firmware": "1.0.0"', '"firmware": "2.0.0"'),
  );
  const forged = await kit('verify', 'forged.json', '--json');
  expect(JSON.parse(forged.output)).toMatchObject({ isWhole: false });
  expect(forged.code).toBe(1);
});

test('says what is wrong with a device that never connects, and what it said itself', async () => {
  const { code, output } = await kit(
    'check',
    '--device',
    'hall',
    '--run',
    'echo no wifi; exit 1',
    '--quick',
    '--only',
    'birth',
  );
  expect(output).toMatch(/· must {3}birth\.about {14}it sent no about/);
  expect(output).toMatch(/The device said:\nno wifi/);
  expect(code).toBe(1);
});

test('takes the device along when it is told to leave', async () => {
  const run = 'echo $$ > pid; exec sleep 600';
  await using program = start(process.execPath, [cli, 'check', '--device', 'hall', '--run', run], {
    env: { INIT_CWD: folder },
  });
  const pid = async (): Promise<number> => Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => 0));
  await expect.poll(pid).toBeGreaterThan(1);
  const device = await pid();
  expect(await commandLine(device)).not.toBe('');
  await program.kill('SIGTERM');
  await expect.poll(() => commandLine(device)).toBe('');
});

test('lists every check', async () => {
  const { output } = await kit('list', '--json');
  expect(JSON.parse(output)).toHaveLength(checks.length);
});

test('explains itself to whoever mistypes', async () => {
  const { code, output } = await kit('chek');
  expect(code).toBe(2);
  expect(output).toMatch(/there is no verb chek/);
  expect(await kit('verify', 'nowhere.json')).toMatchObject({ code: 1 });
});
