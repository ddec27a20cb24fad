import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shortest that is taken from a file that somebody else wrote: 128 bits in hex. */
const tokenMinLength = 32;

/**
 * The token in `<dataDir>/metrics-token`, which lets a program read the figures and nothing else; made at the
 * first start, for this user only. Returns the comparison, which takes the same time for any token.
 * @throws the system's error when the folder cannot be written.
 */
export function openMetricsToken(dataDir: string): (given: string) => boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const token = digest(keepToken(join(dataDir, 'metrics-token')));
  return (given) => timingSafeEqual(digest(given), token);
}

function keepToken(file: string): string {
  try {
    const kept = readFileSync(file, 'utf8').trim();
    if (kept.length >= tokenMinLength) return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const token = randomBytes(32).toString('base64url');
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return token;
}
