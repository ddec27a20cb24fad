import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSecretFile, readSecretFile, SecretFileError } from './secret-file.ts';

const temporaryFolder = () => mkdtempDisposable(join(tmpdir(), 'hearth-secret-'));

test('a secret that was made is read again, and its file is for this user alone', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'secret');
  expect(readSecretFile(path)).toBe(null);
  const secret = makeSecretFile(path);
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  expect(readSecretFile(path)).toBe(secret);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder.path)).toEqual(['secret']);
});

test('no two secrets are the same, and what an interrupted start left is no hindrance', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'secret');
  writeFileSync(`${path}.new`, 'half', { mode: 0o644 });
  const first = makeSecretFile(path);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const second = makeSecretFile(path);
  expect(second).not.toBe(first);
  expect(readFileSync(path, 'utf8')).toBe(second);
});

test('a secret that others could read is closed to them when it is read', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'secret');
  const secret = makeSecretFile(path);
  chmodSync(path, 0o644);
  expect(readSecretFile(path)).toBe(secret);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('a secret that a person wrote may end with a line, and be longer', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'secret');
  writeFileSync(path, `${'a'.repeat(60)}\n`);
  expect(readSecretFile(path)).toBe('a'.repeat(60));
});

test.for([
  ['nothing', ''],
  ['a short one', 'a'.repeat(42)],
  ['other characters', `${'a'.repeat(42)}=`],
  ['two lines', `${'a'.repeat(43)}\n${'a'.repeat(43)}`],
] as const)('a file with %s in it is refused by its name, and left as it is', async ([, text]) => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'secret');
  writeFileSync(path, text);
  expect(() => readSecretFile(path)).toThrow(SecretFileError);
  expect(() => readSecretFile(path)).toThrow(`${path} does not hold a secret of 43 characters`);
  expect(readFileSync(path, 'utf8')).toBe(text);
});

test('what cannot be read or made is told with the system’s code', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'secret');
  mkdirSync(path);
  expect(() => readSecretFile(path)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  expect(() => makeSecretFile(path)).toThrow(expect.objectContaining({ code: 'EISDIR' }));
  expect(() => makeSecretFile(join(folder.path, 'missing/secret'))).toThrow(
    expect.objectContaining({ code: 'ENOENT' }),
  );
});
