import { openStore, type Arrival, type Store } from '@hearth/store';
import Database from 'better-sqlite3';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect } from 'vitest';
import { openDatabase } from '../database.ts';
import { openBackupRecords, type BackupRecords } from './backup-records.ts';
import { keyFileIn } from './contents.ts';
import { listBackups } from './kept-backups.ts';
import { keepKeyFile } from './key-file.ts';
import { runBackup, type BackupParts } from './run-backup.ts';
import type { Step } from './steps.ts';

const base = 1_795_363_200_000;

/** A minute of readings of one device. */
export function minuteOf(device: string, minute: number): Arrival[] {
  return Array.from({ length: 60 }, (_, i) => {
    const seq = minute * 60 + i + 1;
    const at = base + seq * 1000;
    const values = { temperature: 20 + Math.sin(seq), power: 800 + Math.cos(seq) };
    return { device, key: { boot: 1, seq }, at, receivedAt: at, isLate: false, values };
  });
}

/** A data folder with everything that a backup takes, and a folder for backups beside it. */
export interface TestHome extends AsyncDisposable {
  readonly folder: string;
  readonly dataDir: string;
  readonly target: string;
  readonly keyFile: string;
  readonly readingsPath: string;
  readonly store: Store;
  readonly records: BackupRecords;
  readonly parts: BackupParts;
  /** Makes a backup and gives the folder of it. @throws {BackupError} */
  backUp(more?: {
    signal?: AbortSignal;
    tell?: (step: Step) => void;
    parts?: Partial<BackupParts>;
  }): Promise<string>;
}

/** @param minutes of readings of each of two devices */
export async function startTestHome(minutes = 20): Promise<TestHome> {
  await using opened = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'hearth-backup-'));
  opened.defer(() => rmSync(folder, { recursive: true, force: true }));
  const dataDir = join(folder, 'data');
  const target = join(folder, 'backups');
  mkdirSync(target);
  const db = opened.adopt(openDatabase(dataDir), (one) => void one.close());
  const readingsPath = join(dataDir, 'readings.db');
  const store = opened.use(await openStore({ path: readingsPath }));
  for (const device of ['hall', 'bath'])
    await store.append(Array.from({ length: minutes }, (_, minute) => minuteOf(device, minute)).flat());

  const put = (name: string, text: string): void => writeFileSync(join(dataDir, name), text, { mode: 0o600 });
  mkdirSync(join(dataDir, 'broker/certificates'), { recursive: true });
  for (const name of ['payload-key', 'metrics-token', 'broker/service-secret'])
    put(name, `secret of ${name}`);
  for (const name of ['ca.crt', 'ca.key']) put(`broker/certificates/${name}`, `the household's ${name}`);
  const copy = join(dataDir, 'broker/credentials.copy');
  const credentials = new Database(copy);
  credentials.exec("CREATE TABLE credential (id TEXT); INSERT INTO credential VALUES ('hall'), ('bath')");
  credentials.close();
  const sha256 = createHash('sha256').update(readFileSync(copy)).digest('hex');

  let now = base;
  const keyFile = keyFileIn(dataDir);
  const parts: BackupParts = {
    store,
    control: { copy: () => Promise.resolve({ file: 'credentials.copy', sha256 }) },
    dataDir,
    readingsPath,
    places: { target, scratch: join(dataDir, 'backup-scratch') },
    keyFile,
    keep: { days: 7, weeks: 4, months: 12 },
    version: '1.2.3',
    // Each backup is a day after the one before.
    now: () => (now += 86_400_000),
    log: pino({ level: 'silent' }),
    reserveBytes: 0,
  };
  // As the api does before the first backup.
  await keepKeyFile(keyFile);
  const running = opened.move();
  return {
    folder,
    dataDir,
    target,
    keyFile,
    readingsPath,
    store,
    records: openBackupRecords(db),
    parts,
    async backUp({ signal = new AbortController().signal, tell = () => {}, parts: more = {} } = {}) {
      await runBackup({ ...parts, ...more }, { signal, tell });
      return join(target, (await listBackups(target))[0]!.id);
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A file system of its own, so that it can be full or read-only. Null where mounting is not allowed. */
export function mountTmpfs(path: string, options: string): AsyncDisposable | null {
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status !== 0) return null;
  return {
    async [Symbol.asyncDispose]() {
      expect(spawnSync('umount', [path]).status).toBe(0);
    },
  };
}
