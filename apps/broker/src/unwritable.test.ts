import { createLog, StartError } from '@hearth/part';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startBroker } from './broker.ts';
import { temporaryFolder, testConfig } from './testing.ts';

const log = createLog('broker', 'silent');

/** The one line with which a start in this data folder is refused. */
async function refusalIn(dataDir: string): Promise<string> {
  const refusal: unknown = await startBroker(testConfig(dataDir), log).then(
    async (broker) => broker[Symbol.asyncDispose](),
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(StartError);
  const { message } = refusal as StartError;
  expect(message).not.toContain('\n');
  return message;
}

const files = ['credentials.db', 'sessions.db', 'service-secret'] as const;

test.for(files)('a folder in the place of %s is told, and what to do with it', async (name) => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'broker', name);
  mkdirSync(path, { recursive: true });
  expect(await refusalIn(folder.path)).toBe(
    `${path} is a folder: move it away, and a file is made in its place`,
  );
});

test.for([
  ['credentials.db', 'with none, move it away and give each device a new credential'],
  ['sessions.db', 'with none, move it away and sessions begin anew'],
] as const)('a %s that is no database is told, and what is lost without it', async ([name, remedy]) => {
  using folder = temporaryFolder();
  const path = join(folder.path, 'broker', name);
  mkdirSync(join(folder.path, 'broker'));
  writeFileSync(path, 'x'.repeat(10_000));
  expect(await refusalIn(folder.path)).toBe(
    `${path} is damaged (file is not a database): restore it from a backup; ${remedy}`,
  );
});

/** Makes the folder read-only, for root too; null where this user may not mount. */
function makeReadOnly(path: string): Disposable | null {
  if (spawnSync('mount', ['--bind', path, path]).status !== 0) return null;
  expect(spawnSync('mount', ['-o', 'remount,ro,bind', path]).status).toBe(0);
  return { [Symbol.dispose]: () => void spawnSync('umount', ['-l', path]) };
}

test.for(['empty', 'used before'] as const)(
  'a read-only data folder, %s, is told with the file, what is wrong and what to do',
  async (state, context) => {
    using folder = temporaryFolder();
    if (state === 'used before')
      await (await startBroker(testConfig(folder.path), log))[Symbol.asyncDispose]();
    else mkdirSync(join(folder.path, 'broker'));
    using readOnly = makeReadOnly(folder.path);
    if (!readOnly) context.skip('a folder cannot be mounted here');
    expect(await refusalIn(folder.path)).toMatch(
      /^\S+\/broker\/credentials\.db cannot be written \(EROFS: read-only file system, .+\): give this user the right to write in its folder, or set HEARTH_DATA_DIR to another one$/,
    );
  },
);
