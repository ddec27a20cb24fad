import type { BackupReadings } from '@hearth/contract';
import { verifyReadings, type Finding } from '@hearth/store';
import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FaultyBackupError } from './backup-error.ts';
import { credentialsName, readingsName, registryName } from './contents.ts';
import type { Manifest } from './manifest.ts';

/** What has to be readable of the other databases, in words and as SQL. */
const asked: Record<string, { what: string; sql: string }> = {
  [registryName]: {
    what: 'people, rooms and devices',
    sql: 'SELECT (SELECT count(*) FROM user) + (SELECT count(*) FROM room) + (SELECT count(*) FROM device)',
  },
  [credentialsName]: { what: 'who may connect', sql: 'SELECT count(*) FROM credential' },
};

/**
 * Looks into what was restored into a folder: SQLite's own check of each database, each block and rollup of the
 * readings and the chain over them, and that there is as much as the manifest says. Files that are not there are not
 * looked into. Holds up its thread.
 * @throws {FaultyBackupError}
 */
export function inspectRestored(folder: string, { readings }: Pick<Manifest, 'readings'>): void {
  for (const [name, { what, sql }] of Object.entries(asked)) {
    const path = join(folder, name);
    if (existsSync(path)) orFaulty(`${name} does not open`, () => readSome(path, `${name}: ${what}`, sql));
  }
  const path = join(folder, readingsName);
  if (!existsSync(path)) return;
  const { findings, ...found } = orFaulty(`${readingsName} does not open`, () => verifyReadings(path));
  const [first] = findings;
  if (first)
    throw new FaultyBackupError(`${readingsName}: ${findingWords(first)}${andMore(findings.length - 1)}`);
  if (readings) compareCounts(found, readings);
}

function readSome(path: string, what: string, sql: string): void {
  const db = new Database(path, { readonly: true, fileMustExist: true });
  try {
    const said = db.pragma('quick_check(1)', { simple: true }) as string;
    if (said !== 'ok') throw new FaultyBackupError(`${what} cannot be read: ${said}`);
    db.prepare(sql).get();
  } finally {
    db.close();
  }
}

/** Whatever SQLite or the store says against a file. */
function orFaulty<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== 'SqliteError' && name !== 'UnusableDatabase') throw error;
    throw new FaultyBackupError(`${what}: ${message}`, { cause: error });
  }
}

function compareCounts(found: BackupReadings, wanted: BackupReadings): void {
  for (const what of ['devices', 'series', 'blocks', 'readings', 'digest'] as const)
    if (found[what] !== wanted[what])
      throw new FaultyBackupError(`${readingsName} has ${found[what]} ${what} in place of ${wanted[what]}`);
}

const andMore = (count: number): string => (count > 0 ? `, and ${count} more` : '');

const day = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** A finding as a sentence: what, whose, from when to when, and why. */
export function findingWords({ what, device, first, last, detail }: Finding): string {
  const span = first === null || last === null ? '' : ` from ${day(first)} to ${day(last)}`;
  const whose = device === '' ? '' : ` of ${device}`;
  return `${what.replace('-', ' ')}${whose}${span}: ${detail}`;
}
