import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDatabase } from '../database.ts';
import { createEncryption } from './encryption.ts';
import { createEnvelopes } from './envelopes.ts';
import { openPayloadKeys } from './payload-keys.ts';

const startS = 1_795_363_200;

/** Opens the keys in this folder as a start at this time, in seconds, would; gives what the log was told too. */
function open(folder: string, atS: number) {
  const db = openDatabase(folder);
  const problems: object[] = [];
  const log = { error: (details: object) => void problems.push(details) };
  const keys = openPayloadKeys({
    db,
    keyFile: join(folder, 'payload-key'),
    home: 'home',
    log,
    now: () => atS * 1000 + 999,
  });
  return { keys, problems, [Symbol.dispose]: () => void db.close() };
}

test('our boot is new at each start, whether the clock stands still or goes back', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-keys-'));
  const boots: number[] = [];
  for (const atS of [
    startS,
    startS + 60,
    startS + 60,
    startS - 86_400,
    startS + 120,
    9_999_999_999,
    startS,
  ]) {
    using opened = open(folder.path, atS);
    if (boots.length === 0) opened.keys.make('hall');
    boots.push(opened.keys.of('hall')!.boot);
  }
  expect(boots).toEqual([
    startS,
    startS + 60,
    startS + 61,
    startS + 62,
    startS + 120,
    4_200_000_000,
    4_200_000_001,
  ]);
});

test('with a backup that is restored the boot goes on, as time has', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-keys-'));
  await using restored = await mkdtempDisposable(join(tmpdir(), 'hearth-keys-'));
  {
    using opened = open(folder.path, startS);
    opened.keys.make('hall');
  }
  for (const file of ['hearth.db', 'payload-key'])
    writeFileSync(join(restored.path, file), readFileSync(join(folder.path, file)));
  for (let starts = 1; starts <= 5; starts++) open(folder.path, startS + starts)[Symbol.dispose]();
  using opened = open(restored.path, startS + 60);
  expect(opened.keys.of('hall')).toMatchObject({ boot: startS + 60, keys: { toDevice: expect.any(Buffer) } });
});

test('the secret is found again, its file is for this user alone, and another file does not open it', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-keys-'));
  const keyFile = join(folder.path, 'payload-key');
  let made;
  {
    using opened = open(folder.path, startS);
    const { secret } = opened.keys.make('hall');
    made = opened.keys.of('hall')!;
    expect(readFileSync(join(folder.path, 'hearth.db')).includes(secret)).toBe(false);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  }
  {
    using opened = open(folder.path, startS);
    expect(opened.keys.of('hall')).toEqual({ ...made, boot: made.boot + 1 });
  }
  for (const wrong of ['A'.repeat(43), 'not a key']) {
    writeFileSync(keyFile, wrong);
    using opened = open(folder.path, startS);
    expect(opened.keys.of('hall')?.keys).toBe(null);
    expect(opened.problems).toEqual([{ device: 'hall', problem: expect.stringContaining(keyFile) }]);
  }
});

test('key ids go from 1 to 255 and around, and each secret has a name of its own', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-keys-'));
  using opened = open(folder.path, startS);
  const names = new Set<string>();
  const ids = Array.from({ length: 257 }, () => {
    const { id } = opened.keys.make('hall');
    names.add(opened.keys.of('hall')!.fingerprint);
    return id;
  });
  expect([ids[0], ids[254], ids[255], ids[256]]).toEqual([1, 255, 1, 2]);
  expect(names.size).toBe(257);
});

test('where several apis share a broker no key is made', async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'hearth-keys-'));
  using opened = open(folder.path, startS);
  const { keys } = opened;
  const encryption = createEncryption({
    keys,
    envelopes: createEnvelopes(keys, []),
    home: 'home',
    isShared: true,
  });
  expect(() => encryption.switchOn('hall')).toThrow(expect.objectContaining({ code: 'cannot-encrypt' }));
  expect(encryption.of('hall')).toBe(null);
});
