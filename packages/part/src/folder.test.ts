import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './folder.ts';

test('missing folders are made for this user alone, and one that is there is left as it is', () => {
  const base = mkdtempSync(join(tmpdir(), 'hearth-folder-'));
  makeFolder(join(base, 'a/b'));
  makeFolder(join(base, 'a/b'));
  expect(statSync(join(base, 'a/b')).mode & 0o777).toBe(0o700);
  writeFileSync(join(base, 'file'), '');
  expect(() => makeFolder(join(base, 'file/below'))).toThrow('ENOTDIR');
  rmSync(base, { recursive: true });
});

test.runIf(process.platform === 'linux')('a folder that the system cannot make is an error, at once', () => {
  expect(() => makeFolder('/proc/hearth/data')).toThrow(/ENOENT|EACCES|EPERM/);
});
