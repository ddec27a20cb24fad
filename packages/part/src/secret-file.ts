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
import { dirname } from 'node:path';

const secretBytes = 32;
/** 256 bits are 43 characters of base64url; a person may have chosen a longer one. */
const secretPattern = /^[A-Za-z0-9_-]{43,}$/;

/** A file that should hold a secret holds something else; the message names it. */
export class SecretFileError extends Error {
  override readonly name = 'SecretFileError';
  readonly code = 'secret-file';
}

/**
 * The secret that the file holds: 43 or more characters of base64url, without the white space around it; null while
 * there is no file. A file that others may read is closed to them.
 * @throws {SecretFileError} when it holds something else. @throws with the system's code where it cannot be read.
 */
export function readSecretFile(path: string): string | null {
  let secret: string;
  try {
    secret = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  if (!secretPattern.test(secret))
    throw new SecretFileError(`${path} does not hold a secret of 43 characters`);
  if (statSync(path).mode & 0o077) chmodSync(path, 0o600);
  return secret;
}

/**
 * Makes a secret of 256 random bits, as base64url, in a file for this user alone, in place of any other. It is on disk
 * when this returns, and appears whole: another part may be waiting for it.
 * @throws with the system's code where it cannot be made.
 */
export function makeSecretFile(path: string): string {
  const secret = randomBytes(secretBytes).toString('base64url');
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  writeSynced(draft, secret);
  renameSync(draft, path);
  syncFolder(dirname(path));
  return secret;
}

function writeSynced(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Else a power cut could take the new name back. */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
