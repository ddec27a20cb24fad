import { StartError } from '@hearth/part';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const secretBytes = 32;
const secretPattern = /^[A-Za-z0-9_-]{43,}$/;

/**
 * The secret with which the api connects, from `<folder>/service-secret`; made at the first start, readable
 * by this user only. The folder has one owner at a time (see credentials).
 * @throws {StartError} when the file holds something else.
 */
export function openServiceSecret(folder: string): string {
  const path = join(folder, 'service-secret');
  const kept = readServiceSecret(folder);
  if (kept !== null) return kept;
  const secret = randomBytes(secretBytes).toString('base64url');
  // The api waits for this file: it appears whole, by renaming.
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, secret);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  return secret;
}

/** The secret of the folder; null while there is none. @throws {StartError} when the file holds something else. */
export function readServiceSecret(folder: string): string | null {
  const path = join(folder, 'service-secret');
  let secret: string;
  try {
    secret = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (!secretPattern.test(secret))
    throw new StartError(
      `${path} does not hold a secret of 43 characters: delete it, and a new one will be made`,
    );
  if (statSync(path).mode & 0o077) chmodSync(path, 0o600);
  return secret;
}
