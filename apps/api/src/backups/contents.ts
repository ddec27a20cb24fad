import type { CredentialsCopy } from '@hearth/contract';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One file of a backup: its name below the data folder, and where it is copied from. */
export interface Content {
  name: string;
  from: string;
  /** A database that is written to meanwhile is copied first. */
  isLive: boolean;
  /** What it has to be, where that is known. */
  sha256?: string;
}

export const readingsName = 'readings.db';
export const registryName = 'hearth.db';
export const credentialsName = 'broker/credentials.db';

/** The secret key of the backups, in the data folder. It is in none of them. */
export const keyFileIn = (dataDir: string): string => join(dataDir, 'backup-key');

/** Of the api and of our broker, each a few bytes; those that are not there are not needed. */
const secretFiles = ['payload-key', 'metrics-token', 'broker/service-secret'];
const certificates = 'broker/certificates';

/**
 * Everything that an owner needs to go on after the disk died. Not what is made anew: sessions of the broker, the demo
 * home's memory, logs.
 * @param readingsPath null where the readings are not in a file
 * @param copy of the broker's credentials, just made; null where the broker is not ours
 */
export function contentsOf(
  dataDir: string,
  readingsPath: string | null,
  copy: CredentialsCopy | null,
): Content[] {
  const live = (name: string, from: string): Content => ({ name, from, isLive: true });
  const still = (name: string, from = join(dataDir, name)): Content => ({ name, from, isLive: false });
  const folder = join(dataDir, certificates);
  const kept = existsSync(folder)
    ? readdirSync(folder).filter((file) => /^[a-z]+\.(crt|key)$/.test(file))
    : [];
  return [
    ...(readingsPath === null ? [] : [live(readingsName, readingsPath)]),
    live(registryName, join(dataDir, registryName)),
    ...(copy ? [{ ...still(credentialsName, join(dataDir, 'broker', copy.file)), sha256: copy.sha256 }] : []),
    ...[...secretFiles, ...kept.toSorted().map((file) => `${certificates}/${file}`)]
      .filter((name) => existsSync(join(dataDir, name)))
      .map((name) => still(name)),
  ];
}
