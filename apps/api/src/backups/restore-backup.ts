import { makeFolder } from '@hearth/part';
import { holdReadings } from '@hearth/store';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BackupError, explainRefusal } from './backup-error.ts';
import { keyFileIn, readingsName } from './contents.ts';
import { inspectRestored } from './inspect-restored.ts';
import { openKeyFile, writeKeyFile, type Keys } from './key-file.ts';
import { readManifest, type Manifest } from './manifest.ts';
import { halfRestored } from './offer-backup.ts';
import { occupants, placeFile, setAside, sidesOf } from './placing.ts';
import { freeBytesAt, megabytes } from './room.ts';
import { isBrokerRunning } from './running-broker.ts';
import { unpackBackup } from './unpack-backup.ts';
import { syncFolder } from './whole-file.ts';

/** What is to be restored, and where to. */
export interface RestorePlan {
  folder: string;
  keyFile: string;
  dataDir: string;
  /** Where the readings go; null leaves them out. */
  readingsPath: string | null;
  /** Names of single files, which take the place of what is there. */
  only: readonly string[] | null;
  /** Sets aside whatever the data folder has. */
  isReplacing: boolean;
}

/** What was done. */
export interface Restored {
  manifest: Manifest;
  /** Names of the files that were put in place. */
  names: string[];
  /** The folders with what was there before. */
  aside: string[];
}

/** Left free on the disk. */
const reserveBytes = 16 * 1024 * 1024;

/**
 * Restores a backup into the data folder, as one command on a machine that may have nothing else. All of it is
 * decrypted, compared and looked into before anything is put in place, and what was there is set aside, never deleted.
 * @throws {BackupError} where it cannot be done; the data folder is as before then, but where the disk failed amid
 * renaming: that stops the api from starting until the restore was done again
 */
export async function restoreBackup(plan: RestorePlan, tell: (step: string) => void): Promise<Restored> {
  const { folder, dataDir, readingsPath, only } = plan;
  const keys = await openKeyFile(plan.keyFile);
  const manifest = await readManifest(folder);
  const names = namesOf(manifest, plan);
  const staging = join(dataDir, 'restoring');
  try {
    makeFolder(dataDir);
    if (readingsPath !== null) makeFolder(dirname(readingsPath));
    using _ = holdAll(dataDir, readingsPath ?? join(dataDir, readingsName));
    const former = only ? [] : await occupants(dataDir);
    if (former.length > 0 && !plan.isReplacing)
      throw new BackupError(
        `${dataDir} is not empty (${former.slice(0, 3).join(', ')}${former.length > 3 ? ' …' : ''}): with --replace, what is there is set aside`,
      );
    await assertRoomFor(manifest, names, dataDir);
    await rm(staging, { recursive: true, force: true });
    await mkdir(staging, { mode: 0o700 });
    tell(`decrypting ${names.length} files`);
    await unpackBackup(folder, manifest, keys, staging, names);
    tell('verifying what came out');
    inspectRestored(staging, manifest);
    tell('putting it in place');
    const aside = await putInPlace({ plan, names, former, staging, keys });
    return { manifest, names, aside };
  } catch (error) {
    throw explainRefusal(error, `nothing was restored into ${dataDir}`);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

function namesOf({ files }: Manifest, { only, readingsPath }: RestorePlan): string[] {
  const all = files.map(({ name }) => name).filter((name) => name !== readingsName || readingsPath !== null);
  const unknown = only?.find((name) => !all.includes(name));
  if (unknown !== undefined)
    throw new BackupError(`there is no ${unknown} in this backup, only ${all.join(', ')}`);
  return only ? [...only] : all;
}

/** Nobody may have the folder open, nor open it meanwhile. */
function holdAll(dataDir: string, readingsPath: string): Disposable {
  const stop = 'stop Hearth first';
  if (isBrokerRunning(dataDir)) throw new BackupError(`a broker runs on ${dataDir}: ${stop}`);
  try {
    return holdReadings(readingsPath);
  } catch (error) {
    if ((error as { code?: string }).code !== 'in-use') throw error;
    throw new BackupError(`Hearth runs on ${dataDir}: ${stop}`, { cause: error });
  }
}

async function assertRoomFor({ files }: Manifest, names: readonly string[], dataDir: string): Promise<void> {
  const bytes = files
    .filter(({ name }) => names.includes(name))
    .reduce((sum, { bytes: own }) => sum + own, 0);
  const free = await freeBytesAt(dataDir);
  if (free < bytes + reserveBytes)
    throw new BackupError(
      `there is no room: ${megabytes(free)} are free on the disk of ${dataDir}, and ${megabytes(bytes + reserveBytes)} are needed`,
    );
}

async function putInPlace(parts: {
  plan: RestorePlan;
  names: readonly string[];
  former: readonly string[];
  staging: string;
  keys: Keys;
}): Promise<string[]> {
  const { plan, names, former, staging, keys } = parts;
  const { dataDir, only, readingsPath } = plan;
  const placeOf = (name: string): string =>
    name === readingsName && readingsPath !== null ? readingsPath : join(dataDir, name);
  const placing = join(dataDir, halfRestored);
  await rm(placing, { recursive: true, force: true });
  await rename(staging, placing);
  await syncFolder(dataDir);
  const at = new Date();
  const aside = [
    await setAside(
      former.map((name) => join(dataDir, name)),
      dataDir,
      at,
    ),
    // What `former` has is gone from there by now.
    ...(await Promise.all(names.map((name) => setAside(sidesOf(placeOf(name)), dirname(placeOf(name)), at)))),
  ];
  for (const name of names) await placeFile(join(placing, name), placeOf(name));
  if (!only) await writeKeyFile(keyFileIn(dataDir), keys.identity);
  await rm(placing, { recursive: true, force: true });
  await syncFolder(dataDir);
  return [...new Set(aside.flatMap((folder) => folder ?? []))];
}
