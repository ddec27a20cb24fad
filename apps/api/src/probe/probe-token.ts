import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What the probe shows to HTTP: it lives in this process alone, and opens one route. */
export function createProbeToken(): { value: string; isToken(given: string): boolean } {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  const value = randomBytes(32).toString('base64url');
  const own = digest(value);
  return { value, isToken: (given) => timingSafeEqual(digest(given), own) };
}
