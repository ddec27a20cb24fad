import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempDisposable, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decryptFile, encryptFile, newIdentity, recipientOf } from './age-files.ts';
import { sumOf } from './file-sum.ts';

/** Around the 64 kB that the format encrypts at once, and around our own lots. */
const sizes = [0, 1, 65_535, 65_536, 65_537, 3 * 256 * 1024, 1_000_000];

test('what is encrypted comes out again, and Debian’s own age opens it', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-age-'));
  const [plain, encrypted, out, key] = ['plain', 'plain.age', 'out', 'key'].map((name) =>
    join(folder.path, name),
  );
  const identity = await newIdentity();
  await writeFile(key!, `# a comment\n${identity}\n`);
  for (const size of sizes) {
    const bytes = randomBytes(size);
    const names = [`${plain!}-${size}`, `${encrypted!}-${size}`, `${out!}-${size}`] as const;
    await writeFile(names[0], bytes);
    const sums = await encryptFile(names[0], names[1], await recipientOf(identity));
    expect(sums).toEqual({ plain: await sumOf(names[0]), encrypted: await sumOf(names[1]) });
    expect((await stat(names[1])).mode & 0o777).toBe(0o600);
    expect(await decryptFile(names[1], names[2], identity)).toEqual(sums.plain);
    expect((await readFile(names[2])).equals(bytes)).toBe(true);
    const byAge = spawnSync('age', ['--decrypt', '--identity', key!, names[1]], { maxBuffer: 2_000_000 });
    expect(byAge.stderr.toString()).toBe('');
    expect(byAge.stdout.equals(bytes)).toBe(true);
  }
});

test('what Debian’s age encrypts is opened, with a key of age-keygen', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-age-'));
  const { stdout } = spawnSync('age-keygen', { encoding: 'utf8' });
  const identity = /^AGE-SECRET-KEY-1\S+$/m.exec(stdout)![0];
  const recipient = /public key: (\S+)/.exec(stdout)![1]!;
  expect(await recipientOf(identity)).toBe(recipient);
  const from = join(folder.path, 'from.age');
  spawnSync('age', ['--recipient', recipient, '--output', from], { input: 'a warm kitchen' });
  await decryptFile(from, join(folder.path, 'to'), identity);
  expect(await readFile(join(folder.path, 'to'), 'utf8')).toBe('a warm kitchen');
});

test('another key, and any byte that was changed, is refused', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-age-'));
  const path = (name: string): string => join(folder.path, name);
  const identity = await newIdentity();
  await writeFile(path('plain'), randomBytes(70_000));
  await encryptFile(path('plain'), path('plain.age'), await recipientOf(identity));
  await expect(decryptFile(path('plain.age'), path('a'), await newIdentity())).rejects.toThrow('another key');
  const bytes = await readFile(path('plain.age'));
  for (const place of [0, 30, 100, 250, 40_000, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[place]! ^= 1;
    await writeFile(path('changed.age'), changed);
    const opening = decryptFile(path('changed.age'), path(`out-${place}`), identity);
    await expect(opening).rejects.toMatchObject({ name: 'FaultyBackupError' });
  }
  await writeFile(path('short.age'), bytes.subarray(0, 66_000));
  await expect(decryptFile(path('short.age'), path('b'), identity)).rejects.toMatchObject({
    name: 'FaultyBackupError',
  });
});
