import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSecretFile, readSecretFile } from '@hearth/part';

/** How the command line finds the running api, and gets in. */
export interface CommandDoor {
  /** Whether somebody shows the secret of the data folder: who can read that may do all that the owner may. */
  isSecret(given: string): boolean;
  /** Leaves the address in the data folder as long as the api runs. */
  note(url: string): Disposable;
}

const addressPath = (dataDir: string): string => join(dataDir, 'api-address');
const secretPath = (dataDir: string): string => join(dataDir, 'command-secret');

/** Makes a secret for this run, for this user alone. @throws the system's error when the folder cannot be written. */
export function openCommandDoor(dataDir: string): CommandDoor {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const secret = digest(makeSecretFile(secretPath(dataDir)));
  return {
    isSecret: (given) => timingSafeEqual(digest(given), secret),
    note(url) {
      writeFileSync(addressPath(dataDir), `${url}\n`, { mode: 0o600 });
      return { [Symbol.dispose]: () => rmSync(addressPath(dataDir), { force: true }) };
    },
  };
}

/** Where the api of a data folder is, or was before it was killed, and its secret; null when nobody knows. */
export function readCommandDoor(dataDir: string): { url: string; secret: string } | null {
  try {
    const url = readFileSync(addressPath(dataDir), 'utf8').trim();
    const secret = readSecretFile(secretPath(dataDir));
    return secret === null ? null : { url, secret };
  } catch {
    return null;
  }
}
