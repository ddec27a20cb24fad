import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { pipeline } from 'node:stream/promises';
import { FaultyBackupError } from './backup-error.ts';
import { readLots, summing, type Sum } from './file-sum.ts';

/** Into a new file for this user alone, which is on disk when its stream has ended. */
const intoNew = (path: string) => createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true });

/** The library speaks of the browser's streams, which are Node's. */
const toWeb = (chunks: AsyncIterable<Uint8Array>) =>
  Readable.toWeb(Readable.from(chunks)) as globalThis.ReadableStream<Uint8Array>;
const fromWeb = (stream: globalThis.ReadableStream<Uint8Array>) =>
  Readable.fromWeb(stream as ReadableStream<Uint8Array>);

/**
 * Encrypts a file into a new one in the format of age, for who has the key of this recipient.
 * @throws the system's error
 * @see https://age-encryption.org/v1
 */
export async function encryptFile(
  from: string,
  to: string,
  recipient: string,
): Promise<{ plain: Sum; encrypted: Sum }> {
  const encrypter = new Encrypter();
  encrypter.addRecipient(recipient);
  const plain = summing();
  const encrypted = summing();
  const stream = await encrypter.encrypt(toWeb(plain.through(readLots(from))));
  await pipeline(fromWeb(stream), encrypted.through, intoNew(to));
  return { plain: plain.sum(), encrypted: encrypted.sum() };
}

/**
 * Decrypts a file into a new one.
 * @throws {FaultyBackupError} where the key is another or the file was changed. @throws the system's error
 */
export async function decryptFile(from: string, to: string, identity: string): Promise<Sum> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const plain = summing();
  try {
    const stream = await decrypter.decrypt(toWeb(readLots(from)));
    await pipeline(fromWeb(stream), plain.through, intoNew(to));
  } catch (error) {
    if ('errno' in (error as object)) throw error;
    const { message } = error as Error;
    const what = /no identity matched/.test(message) ? 'it was encrypted for another key' : message;
    throw new FaultyBackupError(what, { cause: error });
  }
  return plain.sum();
}

/** A new secret key, `AGE-SECRET-KEY-1…`. */
export const newIdentity = (): Promise<string> => generateX25519Identity();

/** The public key that belongs to it, `age1…`. */
export const recipientOf = (identity: string): Promise<string> => identityToRecipient(identity);
