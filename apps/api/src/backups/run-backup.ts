import type { Log } from '@hearth/part';
import { StoreWriteError, type Store } from '@hearth/store';
import { mkdir } from 'node:fs/promises';
import { ControlError, type Control } from '../bridge/control.ts';
import { BrokerAwayError } from '../bridge/in-flight.ts';
import { BackupError, explainRefusal, FaultyBackupError } from './backup-error.ts';
import { backupId } from './backup-id.ts';
import { contentsOf, type Content } from './contents.ts';
import { clearDrafts, listBackups, removeBackup } from './kept-backups.ts';
import { goneForRoom, outlived, type Keep } from './retention.ts';
import { assertRoom, lackingBytes, sizeOf, type Places } from './room.ts';
import { runInProcess } from './run-process.ts';
import type { Step } from './steps.ts';

/** What a backup is made of, and where it goes. */
export interface BackupParts {
  store: Pick<Store, 'seal'>;
  control: Pick<Control, 'copy'>;
  dataDir: string;
  /** Null where the readings are not in a file. */
  readingsPath: string | null;
  places: Places;
  keyFile: string;
  keep: Keep;
  version: string;
  now: () => number;
  log: Log;
  /** Of each disk that is left free; for tests of small ones. */
  reserveBytes?: number | undefined;
}

/** How a run is followed and ended. */
export interface Following {
  signal: AbortSignal;
  tell: (step: Step) => void;
}

/**
 * Makes a backup and proves it, lets those go that are kept no longer, and looks at the bytes of an old one.
 * @returns the public key that it is encrypted for
 * @throws {BackupError} where none was made. @throws {FaultyBackupError} where one was, and it is red
 */
export async function runBackup(parts: BackupParts, following: Following): Promise<string> {
  const { places, keyFile, version, log, now } = parts;
  const { target, scratch } = places;
  const at = now();
  following.tell('sealing');
  const { contents, leftOut } = await gather(parts);
  await clearDrafts(target);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  await makeRoom(parts, contents);
  const plan = { id: backupId(at), at, hearth: version, contents, leftOut, target, scratch, keyFile };
  const { problem, recipient = '' } = await runInProcess({ kind: 'make', plan }, following);
  if (typeof problem !== 'string')
    log.info({ id: plan.id, tookMs: now() - at }, 'a backup was made and proven');
  following.tell('clearing');
  await clear(parts, following);
  if (typeof problem === 'string') throw new FaultyBackupError(`it could not be proven: ${problem}`);
  return recipient;
}

async function gather({ store, control, dataDir, readingsPath }: BackupParts) {
  try {
    await store.seal();
    const copy = await control.copy();
    const leftOut = [
      ...(readingsPath === null ? ['the readings: they are in PostgreSQL, which pg_dump backs up'] : []),
      ...(copy === null ? ['who may connect: the broker is not Hearth’s own'] : []),
    ];
    return { contents: contentsOf(dataDir, readingsPath, copy), leftOut };
  } catch (error) {
    if (error instanceof StoreWriteError) throw new BackupError(error.message, { cause: error });
    if (error instanceof BrokerAwayError || error instanceof ControlError)
      throw new BackupError(`the broker gave no copy of who may connect: ${error.message}`, { cause: error });
    throw explainRefusal(error, 'the data folder cannot be read');
  }
}

/**
 * Lets old backups go where the disk has no room for the next one: the oldest first, never the newest good one, and
 * none at all where that would not do.
 */
async function makeRoom(
  { places, reserveBytes, log }: BackupParts,
  contents: readonly Content[],
): Promise<void> {
  const bytes = await sizeOf(contents);
  const lacking = await lackingBytes(places, bytes, reserveBytes);
  const gone = goneForRoom(await listBackups(places.target), lacking);
  for (const id of gone) await removeBackup(places.target, id);
  if (gone.length > 0) log.warn({ ids: gone }, 'backups were let go: there was no room for the next one');
  await assertRoom(places, bytes, reserveBytes);
}

async function clear({ places, keep, log, now }: BackupParts, { signal }: Following): Promise<void> {
  const { target } = places;
  const backups = await listBackups(target);
  const gone = new Set(outlived(backups, keep));
  for (const id of gone) await removeBackup(target, id);
  if (gone.size > 0) log.info({ ids: [...gone] }, 'backups that are kept no longer were removed');
  const [newest, ...older] = backups.filter(({ id, state }) => state === 'good' && !gone.has(id));
  const [longestUnchecked] = older.toSorted((a, b) => a.checkedAt! - b.checkedAt!);
  if (newest && longestUnchecked)
    await runInProcess({ kind: 'check', target, id: longestUnchecked.id, now: now() }, { signal });
}
