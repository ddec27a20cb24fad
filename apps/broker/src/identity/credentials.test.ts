import { createHash } from 'node:crypto';
import { readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { formerSecretMaxMs } from '@hearth/contract';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { credential, temporaryFolder } from '../testing.ts';
import { openCredentials } from './credentials.ts';
import { identify, type Verdict } from './identity.ts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Credentials on a clock that a test sets. */
function start() {
  const folder = temporaryFolder();
  const clock = { now: 1_795_363_200_000 };
  const open = () => openCredentials(folder.path, () => clock.now);
  const credentials = open();
  const connect = (id: string, password: string): Verdict =>
    identify(
      { clientId: id, username: id, password, keepalive: 60 },
      {
        get: (name) => credentials.get(name),
        serviceSecret: 'x'.repeat(43),
        now: clock.now,
        certificate: null,
      },
    );
  return {
    folder,
    clock,
    credentials,
    connect,
    [Symbol.dispose]() {
      credentials[Symbol.dispose]();
      folder[Symbol.dispose]();
    },
  };
}

test('both secrets work until the next one is used', () => {
  using home = start();
  home.credentials.change({ add: [credential('lamp')] });
  expect(home.credentials.change({ rotate: [{ id: 'lamp', secretSha256: sha256('new') }] })).toEqual([]);
  expect(home.connect('lamp', 'secret of lamp')).toMatchObject({ ok: true, isNext: false });
  expect(home.connect('lamp', 'new')).toMatchObject({ ok: true, isNext: true });
  expect(home.connect('lamp', '')).toMatchObject({ ok: false });
  home.credentials.promote('lamp');
  expect(home.connect('lamp', 'new')).toMatchObject({ ok: true, isNext: false });
  expect(home.connect('lamp', 'secret of lamp')).toMatchObject({ ok: false });
});

test('a former secret ends after a week, whether or not the new one was used, and its owner is told', () => {
  using home = start();
  home.credentials.change({ add: [credential('lamp')] });
  home.credentials.change({ rotate: [{ id: 'lamp', secretSha256: sha256('new') }] });
  home.clock.now += formerSecretMaxMs - 1;
  expect(home.credentials.promoteOverdue(home.clock.now)).toEqual([]);
  expect(home.connect('lamp', 'secret of lamp')).toMatchObject({ ok: true });
  home.clock.now += 1;
  expect(home.connect('lamp', 'secret of lamp')).toMatchObject({
    ok: false,
    client: 'lamp',
    breach: { rule: 'former-secret' },
  });
  expect(home.credentials.promoteOverdue(home.clock.now)).toEqual(['lamp']);
  expect(home.connect('lamp', 'secret of lamp')).toMatchObject({ breach: { rule: 'wrong-secret' } });
  expect(home.connect('lamp', 'new')).toMatchObject({ ok: true });
});

test('rotating twice keeps the secret that the device has, and only the newest of the others', () => {
  using home = start();
  home.credentials.change({ add: [credential('lamp')] });
  for (const secret of ['second', 'third'])
    home.credentials.change({ rotate: [{ id: 'lamp', secretSha256: sha256(secret) }] });
  const isLetIn = (secret: string) => home.connect('lamp', secret).ok;
  expect(['secret of lamp', 'second', 'third'].map(isLetIn)).toEqual([true, false, true]);
});

test('replacing a credential voids both of its secrets', () => {
  using home = start();
  home.credentials.change({ add: [credential('lamp')] });
  home.credentials.change({ rotate: [{ id: 'lamp', secretSha256: sha256('next') }] });
  home.credentials.change({ add: [credential('lamp', { secretSha256: sha256('other') })] });
  const isLetIn = (secret: string) => home.connect('lamp', secret).ok;
  expect(['secret of lamp', 'next', 'other'].map(isLetIn)).toEqual([false, false, true]);
});

test('a change that names what is not there changes nothing', () => {
  using home = start();
  expect(() =>
    home.credentials.change({
      add: [credential('lamp')],
      rotate: [{ id: 'lmap', secretSha256: sha256('new') }],
    }),
  ).toThrow('There is no credential "lmap".');
  expect(home.credentials.list()).toEqual([]);
});

test('what was ended is remembered through a restart until it is settled', () => {
  using home = start();
  home.credentials.change({ add: [credential('lamp'), credential('moved')] });
  const ended = home.credentials.change({
    revoke: ['lamp'],
    add: [credential('moved', { home: 'cabin' })],
  });
  expect(ended).toMatchObject([
    { id: 'lamp', home: 'home', isGone: true },
    { id: 'moved', home: 'home', isGone: true },
  ]);
  home.credentials[Symbol.dispose]();
  using again = openCredentials(home.folder.path);
  expect(again.unsettled()).toEqual(ended);
  again.settle(ended);
  expect(again.unsettled()).toEqual([]);
  // A number is never given twice: settling the old may not settle what comes later.
  again.change({ revoke: ['moved'] });
  expect(again.unsettled()[0]!.number).toBeGreaterThan(ended.at(-1)!.number);
});

test('credentials of an earlier Hearth keep their secrets', () => {
  using folder = temporaryFolder();
  using db = new (class extends Database {
    [Symbol.dispose](): void {
      this.close();
    }
  })(join(folder.path, 'credentials.db'));
  db.exec(`CREATE TABLE credential (
      id TEXT PRIMARY KEY, role TEXT NOT NULL, home TEXT NOT NULL, secret_sha256 TEXT NOT NULL,
      topics TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    PRAGMA user_version = 1;`);
  db.prepare('INSERT INTO credential VALUES (?, ?, ?, ?, ?)').run(
    'radio',
    'gateway',
    'home',
    sha256('x'),
    '["rtl_433/#"]',
  );
  db.close();
  using credentials = openCredentials(folder.path);
  expect(credentials.get('radio')).toEqual({
    id: 'radio',
    role: 'gateway',
    home: 'home',
    secretSha256: sha256('x'),
    topics: ['rtl_433/#'],
  });
});

test('a copy has all that was changed before it, is whole, and is for this user alone', async () => {
  using opened = start();
  const { credentials, folder } = opened;
  credentials.change({
    add: [credential('lamp'), credential('radio', { role: 'gateway', topics: ['a/#'] })],
  });
  credentials.change({ rotate: [{ id: 'lamp', secretSha256: sha256('next') }] });
  const { file } = await credentials.copy();
  credentials.change({ revoke: ['radio'] });
  const copy = await credentials.copy();
  expect(copy.file).toBe(file);
  const path = join(folder.path, file);
  expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(copy.sha256);
  expect(statSync(path).mode & 0o777).toBe(0o600);

  using elsewhere = temporaryFolder();
  renameSync(path, join(elsewhere.path, 'credentials.db'));
  using copied = openCredentials(elsewhere.path, () => opened.clock.now);
  expect(copied.list()).toEqual(credentials.list());
  expect(copied.unsettled()).toEqual(credentials.unsettled());
});
