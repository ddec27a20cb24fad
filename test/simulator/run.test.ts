import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reading, Status } from '@hearth/contract';
import { openLedgerFile, readLedger } from '@hearth/simulator';
import { expect, test } from 'vitest';
import { flatIds, flatPlatform, flatYaml, startFlat } from './flat.ts';
import { hearthSim } from './hearth-sim.ts';

const never = new AbortController().signal;

test('the same seed publishes the same bytes, another seed others', async () => {
  const play = async (seed: number): Promise<string[][]> => {
    await using platform = await flatPlatform();
    await using flat = await startFlat(platform, { speed: 'max', seed });
    await flat.runFor(120_000, never);
    const { made, acknowledged, lost, waiting } = await flat.finish();
    expect([acknowledged, lost, waiting]).toEqual([made, 0, 0]);
    expect(made).toBeGreaterThan(300);
    // Two of them are status and about, and a new birth would be two more.
    const heard = (): number => platform.heard.length;
    await expect.poll(heard, { interval: 10, timeout: 10_000 }).toBe(made + 2 * flatIds.length);
    return flatIds.map((id) => platform.of(id).map(({ kind, text }) => `${kind} ${text}`));
  };
  const first = await play(7);
  expect(await play(7)).toEqual(first);
  expect(await play(8)).not.toEqual(first);
});

test('sixty times faster, a minute is a second, and readings say so', async () => {
  await using platform = await flatPlatform();
  await using flat = await startFlat(platform, { speed: 60 });
  const startedAt = performance.now();
  await flat.runFor(60_000, never);
  expect(performance.now() - startedAt).toBeGreaterThan(950);
  expect(performance.now() - startedAt).toBeLessThan(3000);
  await flat.finish();
  const instants = () => platform.values<Reading>(flatIds[0]!, 'reading').map(({ at }) => at!);
  await expect.poll(() => instants().length, { interval: 10 }).toBeGreaterThan(5);
  expect(new Date(instants()[0]!).toISOString()).toMatch(/^2026-01-15T05:5/);
});

test('devices connect with TLS, and check whom they talk to', async () => {
  await using platform = await flatPlatform();
  await using flat = await startFlat(platform, { isTls: true });
  await flat.runFor(3000, never);
  expect(await flat.finish()).toMatchObject({ lost: 0, waiting: 0, devices: flatIds.length });
  const file = join(platform.dir, 'home.yaml');
  const { mqttsUrl } = platform.broker.address;
  writeFileSync(file, `${flatYaml}\nbroker: { url: '${mqttsUrl}' }\n`);
  const done = await hearthSim(['run', file, '--for', '1s', '--json']);
  expect([done.code, (JSON.parse(done.stdout) as { sent: number }).sent]).toEqual([1, 0]);
});

test('a virtual clock waits for a broker that is away, and nothing of the day is lost', async () => {
  await using platform = await flatPlatform();
  await using flat = await startFlat(platform, { speed: 'max' });
  await flat.runFor(60_000, never);
  await platform.stopBroker();
  await flat.runFor(60_000, never);
  await platform.startBroker();
  await flat.runFor(60_000, never);
  const { made, acknowledged, lost, waiting } = await flat.finish();
  expect([acknowledged, lost, waiting]).toEqual([made, 0, 0]);
  expect(platform.heard.filter(({ message }) => !message.ok)).toEqual([]);
});

test('the ledger file tells of each reading what became of it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'hearth-ledger-'));
  try {
    const file = join(dir, 'ledger.jsonl');
    {
      using ledger = openLedgerFile(file);
      ledger.note({ device: 'a-b', what: 'made', boot: 1, seq: 1, at: 5, values: { temperature: 20 } });
      ledger.note({ device: 'a-b', what: 'sent', boot: 1, seq: 1 });
      ledger.note({ device: 'a-b', what: 'acknowledged', boot: 1, seq: 1 });
    }
    expect(readLedger(file).entries()).toMatchObject([{ sent: 1, isAcknowledged: true, isReceipted: false }]);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test('the command runs a file, sums up, and keeps the books', async () => {
  await using platform = await flatPlatform();
  const file = join(platform.dir, 'home.yaml');
  const { brokerUrl } = platform.credentials[0]!;
  writeFileSync(
    join(platform.dir, 'credentials.json'),
    JSON.stringify({ credentials: platform.credentials }),
  );
  writeFileSync(
    file,
    `${flatYaml}\nbroker: { url: ${brokerUrl} }\naccess: { file: ${join(platform.dir, 'credentials.json')} }\n`,
  );
  const ledger = join(platform.dir, 'ledger.jsonl');
  const done = await hearthSim(['run', file, '--for', '1m', '--speed', 'max', '--json', '--ledger', ledger]);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  const summary = JSON.parse(done.stdout) as { made: number };
  expect(summary).toMatchObject({ devices: flatIds.length, lost: 0, waiting: 0 });
  expect(readLedger(ledger).counts().made).toBe(summary.made);
  expect(readFileSync(ledger, 'utf8').trim().split('\n').length).toBe(3 * summary.made);

  const few = await hearthSim(['run', file, '--for', '10s', '--speed', 'max', '--devices', '2', '--plain']);
  expect(few.code).toBe(2);
  expect(few.stderr).toMatch(/has no credentials for all/);
});

test('faults are brought about by hand, a line each', async () => {
  await using platform = await flatPlatform();
  const file = join(platform.dir, 'home.yaml');
  const { brokerUrl } = platform.credentials[0]!;
  writeFileSync(
    join(platform.dir, 'credentials.json'),
    JSON.stringify({ credentials: platform.credentials }),
  );
  writeFileSync(
    file,
    `${flatYaml}\nbroker: { url: ${brokerUrl} }\naccess: { file: ${join(platform.dir, 'credentials.json')} }\n`,
  );
  const lines = 'fault kitchen-thermostat dead-battery\nfaults\nfault nobody drop\nmend *\nfault\n';
  const { stdout } = await hearthSim(['run', file, '--for', '6s'], lines);
  expect(stdout).toMatch(/^dead-battery at kitchen-thermostat\nkitchen-thermostat dead-battery\n/);
  expect(stdout).toMatch(/there is no device nobody\nmended: kitchen-thermostat\nfault takes device ids\n/);
  const statuses = () => platform.values<Status>('kitchen-thermostat', 'status').map(({ boot }) => boot);
  await expect.poll(() => statuses().at(-1), { interval: 10 }).toBe(2);
});

test('nobody let in is exit code 1 with the reason, and what cannot be understood is 2', async () => {
  await using platform = await flatPlatform();
  const file = join(platform.dir, 'home.yaml');
  writeFileSync(file, `${flatYaml}\nbroker: { url: ${platform.credentials[0]!.brokerUrl} }\n`);
  const refused = await hearthSim(['run', file, '--for', '2s']);
  expect(refused.code).toBe(1);
  expect(refused.stdout).toMatch(/the broker refused a device/);
  for (const [argv, words] of [
    [['run', join(platform.dir, 'none.yaml')], /none\.yaml cannot be read/],
    [['run', file, '--for', 'ever'], /--for takes a duration/],
    [['walk'], /there is no verb walk/],
  ] as const) {
    const failed = await hearthSim(argv);
    expect(failed.code).toBe(2);
    expect(failed.stderr).toMatch(words);
  }
});
