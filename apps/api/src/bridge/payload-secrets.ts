import { payloadSecretBytes } from '@hearth/contract';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
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

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;
const keyPattern = /^[A-Za-z0-9_-]{43}$/;

/** The wrapping key cannot be used: its file is gone, or not the one that the secrets were wrapped with. */
export class WrappingKeyError extends Error {
  override readonly name = 'WrappingKeyError';
}

/**
 * Keeps devices' payload secrets out of hearth.db in clear: they are wrapped with a key in a file beside it
 * (mode 0600), so that a copy of the database alone opens nothing. The file is made with the first secret.
 */
export function openPayloadSecrets(keyFile: string) {
  return {
    /** @throws {WrappingKeyError} @throws with the system's code where the file cannot be made. */
    wrap(device: string, secret: Uint8Array): Buffer {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv(algorithm, readKey(keyFile) ?? makeKey(keyFile), nonce, {
        authTagLength: tagBytes,
      });
      cipher.setAAD(Buffer.from(device));
      return Buffer.concat([nonce, cipher.update(secret), cipher.final(), cipher.getAuthTag()]);
    },
    /** @throws {WrappingKeyError} */
    unwrap(device: string, wrapped: Buffer): Buffer {
      const key = readKey(keyFile);
      if (!key) throw new WrappingKeyError(`${keyFile} is gone: restore it from the backup of hearth.db`);
      const tagAt = wrapped.length - tagBytes;
      const decipher = createDecipheriv(algorithm, key, wrapped.subarray(0, nonceBytes), {
        authTagLength: tagBytes,
      });
      decipher.setAAD(Buffer.from(device));
      try {
        decipher.setAuthTag(wrapped.subarray(tagAt));
        return Buffer.concat([decipher.update(wrapped.subarray(nonceBytes, tagAt)), decipher.final()]);
      } catch (cause) {
        throw new WrappingKeyError(`${keyFile} is not the key that hearth.db was written with`, { cause });
      }
    },
  };
}

/** Null while there is no file. */
function readKey(path: string): Buffer | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new WrappingKeyError(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
  if (!keyPattern.test(text)) throw new WrappingKeyError(`${path} does not hold a key of 43 characters`);
  if (statSync(path).mode & 0o077) chmodSync(path, 0o600);
  return Buffer.from(text, 'base64url');
}

/** On disk, whole, before anything is wrapped with it. */
function makeKey(path: string): Buffer {
  const key = randomBytes(payloadSecretBytes);
  const draft = `${path}.new`;
  rmSync(draft, { force: true });
  const file = openSync(draft, 'wx', 0o600);
  try {
    writeSync(file, key.toString('base64url'));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  return key;
}
