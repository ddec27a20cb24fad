import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ListedCredential } from '@hearth/contract';
import { createLog } from '@hearth/part';
import { expect, test } from 'vitest';
import { startBroker } from '../broker.ts';
import { openAsker } from './ask-broker.ts';
import { parseCommandLine, type Command } from './command-line.ts';
import { runCommand } from './run-command.ts';
import { connackOf, connect, startTestBroker, temporaryFolder, testConfig } from '../testing.ts';

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs the command line as a process of its own, on a data folder. */
function run(dataDir: string, ...args: string[]): Promise<Ran> {
  const program = join(import.meta.dirname, 'hearth-broker.ts');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { cwd: dataDir, env: { ...process.env, HEARTH_DATA_DIR: dataDir, NODE_OPTIONS: '' } },
      (error, out, err) => resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}
// oxlint-disable-next-line typescript/no-explicit-any -- tests say what they expect of it
const json = async (dataDir: string, ...args: string[]): Promise<any> => {
  const { code, out, err } = await run(dataDir, ...args, '--json');
  expect([code, err]).toEqual([0, '']);
  return JSON.parse(out);
};
const login = (id: string, secret: string) => ({ clientId: id, username: id, password: secret });

/** A folder that a broker has used and left. */
function usedFolder() {
  const folder = temporaryFolder();
  mkdirSync(join(folder.path, 'broker'));
  return folder;
}

test('beside a running broker: add, list, rotate and revoke act at once', async () => {
  await using broker = await startTestBroker();
  const { secret } = await json(broker.dataDir, 'add', 'lamp');
  expect(secret).toMatch(/^[\w-]{43}$/);
  const { secret: radio } = await json(broker.dataDir, 'add', 'radio', '--gateway', '--topics', 'a/#,b/+');
  expect(await connackOf(broker.url, { ...login('radio', radio), clientId: 'x' })).toBe(0);
  await using lamp = await connect(broker.url, login('lamp', secret));

  const { isRunning, credentials } = await json(broker.dataDir, 'list');
  expect(isRunning).toBe(true);
  expect(credentials).toEqual([
    {
      id: 'lamp',
      role: 'device',
      home: 'home',
      topics: [],
      hasSecret: true,
      certificateSha256: null,
      formerSecretUntil: null,
      isConnected: true,
    },
    expect.objectContaining({ id: 'radio', role: 'gateway', topics: ['a/#', 'b/+'], isConnected: false }),
  ] satisfies unknown[]);

  const rotated = await json(broker.dataDir, 'rotate', 'lamp');
  expect(lamp.isClosed()).toBe(false);
  expect(await connackOf(broker.url, login('lamp', rotated.secret))).toBe(0);
  expect(await connackOf(broker.url, login('lamp', secret))).toBe(5);

  await using again = await connect(broker.url, login('lamp', rotated.secret));
  expect(await json(broker.dataDir, 'revoke', 'lamp')).toEqual({ id: 'lamp', isRevoked: true });
  await expect.poll(again.isClosed).toBe(true);
  expect(await connackOf(broker.url, login('lamp', rotated.secret))).toBe(5);
});

test('on the folder of a stopped broker the same holds from its next start', async () => {
  using folder = usedFolder();
  const { secret } = await json(folder.path, 'add', 'lamp');
  const { secret: gone } = await json(folder.path, 'add', 'gone');
  await json(folder.path, 'revoke', 'gone');
  const next = await json(folder.path, 'rotate', 'lamp');
  const { isRunning, credentials } = await json(folder.path, 'list');
  expect(isRunning).toBe(false);
  expect(credentials.map(({ id }: ListedCredential) => id)).toEqual(['lamp']);
  expect(credentials[0].formerSecretUntil).toBeCloseTo(next.formerUntil, -5);

  await using broker = await startBroker(testConfig(folder.path), createLog('broker', 'silent'));
  const { mqttUrl } = broker.address;
  expect(await connackOf(mqttUrl, login('lamp', secret))).toBe(0);
  expect(await connackOf(mqttUrl, login('lamp', next.secret))).toBe(0);
  expect(await connackOf(mqttUrl, login('lamp', secret))).toBe(5);
  expect(await connackOf(mqttUrl, login('gone', gone))).toBe(5);
});

test('people get sentences and a table', async () => {
  using folder = usedFolder();
  expect((await run(folder.path, 'list')).out).toBe(
    'There are no credentials: hearth-broker add ID makes one.\n',
  );
  const added = await run(folder.path, 'add', 'watcher', '--admin');
  expect(added.out).toMatch(
    /^Added admin watcher\. Its user name is watcher, its password this, shown once:\n\n {2}[\w-]{43}\n$/,
  );
  expect((await run(folder.path, 'list')).out).toBe(
    'ID       ROLE   HOME  STATE           PROVES ITSELF BY  TOPICS\n' +
      'watcher  admin  home  broker stopped  secret\n',
  );
});

test.each<[what: string, args: string[], words: RegExp]>([
  ['nothing known', ['dance'], /there is no verb dance/],
  ['no id', ['add'], /add takes an id/],
  ['two ids', ['revoke', 'one', 'two'], /one id at a time/],
  ['a gateway of nothing', ['add', 'radio', '--gateway'], /takes --topics/],
  ['topics for a device', ['add', 'lamp', '--topics', 'a/#'], /belongs to --gateway/],
  ['an admin that is a gateway', ['add', 'x', '--admin', '--gateway'], /either --gateway or --admin/],
  ['an unknown option', ['list', '--all'], /--all/],
  ['an option of another verb', ['rotate', 'lamp', '--admin'], /--admin belongs to add/],
])('a command line with %s cannot be understood', (_what, args, words) => {
  expect(() => parseCommandLine(args)).toThrow(words);
});

test.each<[what: string, args: string[], words: RegExp]>([
  ['an id that is not one', ['add', 'La/mp'], /must match pattern/],
  ['an id of the server', ['add', 'hearth-api'], /the server's own/],
  ['a gateway of native topics', ['add', 'radio', '--gateway', '--topics', 'hearth/#'], /its own topics/],
  ['one that is there', ['add', 'known'], /There is a credential "known"/],
  ['one that is not there', ['revoke', 'lamp'], /There is no credential "lamp"/],
])('%s is refused with the reason', async (_what, args, words) => {
  using folder = usedFolder();
  await using asker = await openAsker(join(folder.path, 'broker'));
  const command = (...line: string[]) => runCommand(parseCommandLine(line).command as Command, asker);
  await command('add', 'known');
  await expect(command(...args)).rejects.toThrow(words);
});

test('what goes wrong is one line on standard error, and tells by its exit code', async () => {
  using folder = usedFolder();
  const unknown = await run(folder.path, 'revoke', 'lamp');
  const line = 'There is no credential "lamp": hearth-broker list shows all.';
  expect(unknown).toEqual({ code: 1, out: '', err: `hearth-broker: ${line}\n` });
  const forPrograms = await run(folder.path, 'revoke', 'lamp', '--json');
  expect([forPrograms.code, JSON.parse(forPrograms.err)]).toEqual([1, { error: line }]);
  const senseless = await run(folder.path, 'dance');
  expect([senseless.code, senseless.out]).toEqual([2, '']);
  expect(senseless.err).toContain('hearth-broker add ID');
});

test('a folder that no broker has used is not made by a slip of the pen', async () => {
  using folder = temporaryFolder();
  const ran = await run(join(folder.path), 'list');
  expect([ran.code, ran.err]).toEqual([1, expect.stringContaining('no broker has used')]);
});
