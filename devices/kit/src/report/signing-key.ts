import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A key file cannot be used; the message says why. */
class KeyFileError extends Error {
  override readonly name = 'KeyFileError';
  readonly code = 'key-file';
}

/**
 * The Ed25519 key in this file (PEM), which is made where it does not exist, for this user alone.
 * @throws {KeyFileError} when it holds something else. @throws with the system's code where it cannot be read or made.
 */
export function openSigningKey(file: string): KeyObject {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const { privateKey } = generateKeyPairSync('ed25519');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    return privateKey;
  }
  try {
    const key = createPrivateKey(text);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('not Ed25519');
    return key;
  } catch (error) {
    throw new KeyFileError(`${file} does not hold an Ed25519 key in PEM`, { cause: error });
  }
}
