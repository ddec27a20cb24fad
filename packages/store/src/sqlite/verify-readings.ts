import { chainStart } from '../sealed/chain.ts';
import type { Finding, Verified } from '../sealed/verifying.ts';
import { openReadable, type Connection } from './database.ts';
import { openExtents } from './extents.ts';
import { verifySealed } from './verify.ts';

/** How much is sealed in a database, and the hash of the newest entry of its chain, in hex. */
export interface ReadingsCounts {
  devices: number;
  series: number;
  blocks: number;
  readings: number;
  digest: string;
}

function countIn(db: Connection): ReadingsCounts {
  const count = (table: 'device' | 'block'): number =>
    db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()!;
  const extents = openExtents(db)();
  const newest = db.prepare<[], Buffer>('SELECT hash FROM chain ORDER BY number DESC LIMIT 1').pluck().get();
  return {
    devices: count('device'),
    series: extents.length,
    blocks: count('block'),
    readings: extents.reduce((sum, extent) => sum + extent.count, 0),
    digest: (newest ?? chainStart).toString('hex'),
  };
}

/** What the database at `path` says that it has. @throws SqliteError or UnusableDatabase */
export function countReadings(path: string): ReadingsCounts {
  const db = openReadable(path);
  try {
    return countIn(db);
  } finally {
    db.close();
  }
}

/** Of a database whose pages are damaged, that they are. */
function verifyWhatReads(db: Connection, digests: readonly string[]): Verified & ReadingsCounts {
  try {
    const { devices, series } = countIn(db);
    return { ...verifySealed(db, digests), devices, series };
  } catch (error) {
    const { message, name } = error as Error;
    if (name !== 'SqliteError') throw error;
    const finding: Finding = { what: 'unreadable', device: '', first: null, last: null, detail: message };
    const nothing = { devices: 0, series: 0, blocks: 0, readings: 0, rollups: 0, entries: 0, digest: '' };
    return { ...nothing, findings: [finding] };
  }
}

/**
 * Verifies the sealed readings at `path` as they are at one moment: SQLite's own check of its pages, then all of
 * {@link verifySealed}. Takes about a second for some millions of readings and holds up its thread as long.
 * @param digests of chains, kept elsewhere: each has to be found again
 * @throws SqliteError or UnusableDatabase where the file is no database of readings
 */
export function verifyReadings(path: string, digests: readonly string[] = []): Verified & ReadingsCounts {
  const db = openReadable(path);
  try {
    const said = db.pragma('quick_check(1)', { simple: true }) as string;
    const verified = verifyWhatReads(db, digests);
    if (said !== 'ok')
      verified.findings.unshift({ what: 'unreadable', device: '', first: null, last: null, detail: said });
    return verified;
  } finally {
    db.close();
  }
}
