import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startPart } from './processes.ts';

const spoils = {
  'a folder': (path: string) => void mkdirSync(path, { recursive: true }),
  'no database': (path: string) => writeFileSync(path, 'x'.repeat(10_000)),
};
const isFolder = 'is a folder: move it away, and a file is made in its place';
const isDamaged =
  'is damaged (file is not a database): restore it from a backup; with none, move it away and readings begin anew';

test.for([
  ['broker', 'broker/credentials.db', 'a folder', isFolder],
  ['broker', 'broker/sessions.db', 'a folder', isFolder],
  ['api', 'hearth.db', 'a folder', isFolder],
  ['api', 'readings.db', 'a folder', isFolder],
  ['api', 'readings.db', 'no database', isDamaged],
] as const)(
  'the %s whose %s is %s ends with one line that says what to do',
  async ([part, name, what, line]) => {
    await using dir = await mkdtempDisposable(join(tmpdir(), 'hearth-unusable-'));
    const path = join(dir.path, name);
    spoils[what](path);
    const env = { HEARTH_DATA_DIR: dir.path, HEARTH_HTTP_PORT: '0', HEARTH_LOG_LEVEL: 'silent' };
    const start = startPart(part, env).then((started) => started[Symbol.asyncDispose]());
    await expect(start).rejects.toThrow(
      `${part} ended with 78 before it was ready:\nhearth ${part}: ${path} ${line}\n`,
    );
  },
);
