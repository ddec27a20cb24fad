import { existsSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openBackups, type Backups, type BackupTuning } from './backups.ts';
import { draftEnding } from './backup-id.ts';
import { listBackups } from './kept-backups.ts';
import { proveBackup } from './prove-backup.ts';
import type { BackupParts } from './run-backup.ts';
import { minuteOf, mountTmpfs, startTestHome, type TestHome } from './test-home.ts';

const dayMs = 86_400_000;

/** The backups of a home that has an owner, made every night at 03:30 UTC, on the clock `time`. */
function openOn(
  home: TestHome,
  time: { now: number },
  more: Partial<BackupParts> = {},
  tuning: BackupTuning = {},
): Promise<Backups> {
  return openBackups(
    {
      ...home.parts,
      now: () => time.now,
      ...more,
      records: home.records,
      isFolderOurs: false,
      minutesOfDay: 210,
      timeZone: () => 'UTC',
      hasOwner: () => true,
    },
    { lookMs: 20, settleMs: 0, reserveBytes: 0, ...tuning },
  );
}

test('a night that was missed is made up for, then one is made each night', async () => {
  await using home = await startTestHome(1);
  const time = { now: Date.parse('2026-11-30T10:00:00Z') };
  await using backups = await openOn(home, time, {}, { settleMs: 60_000 });
  expect(backups.state()).toMatchObject({ state: 'none', lastGoodAt: null, nextAt: time.now + 60_000 });
  time.now += 60_000;
  await expect.poll(() => backups.state().state, { timeout: 30_000 }).toBe('good');
  const first = time.now;
  expect(backups.state()).toMatchObject({ lastGoodAt: first, nextAt: Date.parse('2026-12-01T03:30:00Z') });
  expect(backups.state().words).toMatch(
    /^The backup of 30 Nov 2026, 10:01 was restored for proof: 240 readings, /,
  );

  time.now = Date.parse('2026-12-01T03:30:00Z');
  await expect.poll(() => backups.state().lastGoodAt, { timeout: 30_000 }).toBe(time.now);
  await expect.poll(async () => (await backups.list()).running, { timeout: 30_000 }).toBe(null);
  const { backups: all, key } = await backups.list();
  expect(all.map(({ at, state }) => [at, state])).toEqual([
    [time.now, 'good'],
    [first, 'good'],
  ]);
  expect(key).toMatchObject({ recipient: expect.stringMatching(/^age1/), isShown: false, isHere: true });
});

test('one is made on demand, and asked for twice it is made once', async () => {
  await using home = await startTestHome(1);
  const time = { now: Date.parse('2026-11-30T10:00:00Z') };
  await using backups = await openOn(home, time, {}, { settleMs: dayMs });
  backups.make();
  backups.make();
  expect((await backups.list()).running).toMatchObject({ startedAt: time.now });
  await expect.poll(async () => (await backups.list()).running, { timeout: 30_000 }).toBe(null);
  expect((await backups.list()).backups).toHaveLength(1);
});

test('what came to nothing turns red with the reason, and is tried again within the hour', async () => {
  await using home = await startTestHome(1);
  const time = { now: Date.parse('2026-11-30T10:00:00Z') };
  const target = join(home.folder, 'usb');
  const places = { ...home.parts.places, target };
  await using backups = await openOn(home, time, { places });
  expect(backups.state()).toMatchObject({
    state: 'red',
    words: `Backups cannot be written to ${target}: it is not there (ENOENT).`,
  });
  expect(existsSync(target)).toBe(false);
  await expect.poll(() => home.records.attempt()?.problem, { timeout: 30_000 }).toContain('ENOENT');
  await mkdir(target);
  await expect
    .poll(() => backups.state().words)
    .toMatch(/^No backup at 30 Nov 2026, 10:00: .* There is no good one\.$/);
  expect(backups.state().nextAt).toBe(time.now + 3_600_000);
  time.now += 3_600_000;
  await expect.poll(() => backups.state().state, { timeout: 30_000 }).toBe('good');
});

test('a folder that may not be written to is told at once', async (context) => {
  await using home = await startTestHome(1);
  await using disk = mountTmpfs(home.target, 'ro,size=1m');
  if (!disk) context.skip('a tmpfs cannot be mounted here');
  await using backups = await openOn(home, { now: Date.now() });
  expect(backups.state()).toMatchObject({
    state: 'red',
    words: expect.stringContaining('the disk can only be read (EROFS)'),
  });
});

test('two nights without a good one turn red', async () => {
  await using home = await startTestHome(1);
  await home.backUp({ parts: { now: () => Date.parse('2026-11-30T03:30:00Z') } });
  home.records.setAttempt({ at: Date.parse('2026-12-03T03:30:00Z') });
  await using backups = await openOn(home, { now: Date.parse('2026-12-03T04:00:00Z') });
  expect(backups.state()).toMatchObject({
    state: 'red',
    words: 'The newest good backup is of 30 Nov 2026, 03:30.',
  });
});

test('a disk with too little room is found before anything is written', async (context) => {
  await using home = await startTestHome(1);
  await using disk = mountTmpfs(home.target, 'size=200k');
  if (!disk) context.skip('a tmpfs cannot be mounted here');
  await writeFile(join(home.target, 'ballast'), Buffer.alloc(100_000));
  await expect(home.backUp()).rejects.toThrow(
    /there is no room: 0\.1 MB are free on the disk of .*backups, and a backup needs 0\.\d MB/,
  );
  expect(await readdir(home.target)).toEqual(['ballast']);
});

test('a disk that fills up meanwhile turns it red, and nothing half is left', async (context) => {
  await using home = await startTestHome(200);
  await using disk = mountTmpfs(home.target, 'size=4m');
  if (!disk) context.skip('a tmpfs cannot be mounted here');
  const fill = async (): Promise<void> => {
    const { bavail, bsize } = await statfs(home.target);
    writeFileSync(join(home.target, 'ballast'), Buffer.alloc(bavail * bsize - 20_000));
  };
  const making = home.backUp({ tell: (step) => void (step === 'copying' && void fill()) });
  await expect(making).rejects.toThrow(
    `the backup could not be written to ${home.target}: the disk is full (ENOSPC)`,
  );
  expect(await readdir(home.target)).toEqual(['ballast']);
  expect(existsSync(home.parts.places.scratch)).toBe(false);
  await rm(join(home.target, 'ballast'));
  await home.backUp();
});

test('where there is no room for the next one the oldest go, but not the newest good one', async (context) => {
  await using home = await startTestHome(60);
  await using disk = mountTmpfs(home.target, 'size=2m');
  if (!disk) context.skip('a tmpfs cannot be mounted here');
  const made: string[] = [];
  while (made.every((folder) => existsSync(folder))) made.push(await home.backUp());
  expect(made.length).toBeGreaterThan(2);
  expect(made.map((folder) => existsSync(folder))).toEqual(made.map((_, i) => i > 0));

  // Nothing that is let go would make room enough.
  const { bavail, bsize } = await statfs(home.target);
  writeFileSync(join(home.target, 'ballast'), Buffer.alloc(bavail * bsize));
  const huge = { ...home.parts, reserveBytes: 3_000_000 };
  await expect(home.backUp({ parts: huge })).rejects.toThrow('there is no room');
  expect(made.map((folder) => existsSync(folder))).toEqual(made.map((_, i) => i > 0));
});

test('killed at any moment, nothing that looks good is left but what is good', async () => {
  await using home = await startTestHome(30);
  await home.backUp();
  for (const afterMs of [0, 60, 150, 250, 350, 450, 550, 650, 800]) {
    const killing = AbortSignal.timeout(afterMs);
    await home.store.append(minuteOf('hall', 30 + afterMs));
    await home.backUp({ signal: killing }).catch((error: unknown) => {
      expect(killing.aborted, String(error)).toBe(true);
    });
  }
  const { target } = home.parts.places;
  for (const { id, state } of await listBackups(target)) {
    expect(state).toBe('good');
    const scratch = join(home.folder, 'scratch');
    expect(
      await proveBackup({ folder: join(target, id), keyFile: home.keyFile, scratch, tell: () => {} }),
    ).toBe(null);
  }
  await using _ = await openOn(home, { now: Date.now() }, {}, { settleMs: dayMs });
  expect((await readdir(target)).filter((name) => name.endsWith(draftEnding))).toEqual([]);
  expect(existsSync(home.parts.places.scratch)).toBe(false);
}, 120_000);

test('the key is shown once, made once, and not made anew where it was taken away', async () => {
  await using home = await startTestHome(1);
  await rm(home.keyFile);
  const time = { now: Date.now() };
  await using backups = await openOn(home, time, {}, { settleMs: dayMs });
  expect((await backups.list()).key).toEqual({ recipient: null, isShown: false, isHere: false });
  const { secret, recipient } = await backups.showKey();
  expect(await readFile(home.keyFile, 'utf8')).toContain(secret);
  expect((await backups.list()).key).toEqual({ recipient, isShown: true, isHere: true });
  await expect(backups.showKey()).rejects.toMatchObject({ code: 'key-shown' });

  await rm(home.keyFile);
  backups.make();
  await expect
    .poll(() => backups.state().words, { timeout: 30_000 })
    .toContain('was taken away: put it back');
  expect(existsSync(home.keyFile)).toBe(false);
  await writeFile(home.keyFile, 'AGE-SECRET-KEY-1NOT');
  await chmod(home.keyFile, 0o600);
  backups.make();
  await expect.poll(() => backups.state().words, { timeout: 30_000 }).toContain('is mistyped or cut short');
});
