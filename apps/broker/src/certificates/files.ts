import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KeyPair } from './sign.ts';

/** The two files of a certificate, as `<base>.crt` and `<base>.key`; null when one is missing. */
export function readPair(base: string): KeyPair | null {
  if (!existsSync(`${base}.crt`) || !existsSync(`${base}.key`)) return null;
  return { certificate: readFileSync(`${base}.crt`, 'utf8'), key: readFileSync(`${base}.key`, 'utf8') };
}

/** Writes both, for this user alone and through a power cut. The key first: a certificate stands for both. */
export function writePair(base: string, { certificate, key }: KeyPair): void {
  replaceFile(`${base}.key`, key);
  replaceFile(`${base}.crt`, certificate);
}

function replaceFile(path: string, text: string): void {
  const next = `${path}.next`;
  const file = openSync(next, 'w', 0o600);
  writeSync(file, text);
  fsyncSync(file);
  closeSync(file);
  renameSync(next, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}
