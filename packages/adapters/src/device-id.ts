import { createHash } from 'node:crypto';

/** Longest DeviceId of the contract. */
const idMaxLength = 36;

/** Parts joined to a valid DeviceId. One that would be too long, or like another, ends in a hash of the whole. */
export function deviceId(parts: readonly (string | null)[]): string {
  const whole = parts.filter((part) => part !== null).join('-');
  const slug = whole
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-+$/, '');
  const isLike = /[^ -~]/.test(whole) || slug.length < 4;
  if (slug.length <= idMaxLength && !isLike) return slug;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 8);
  return `${slug.slice(0, idMaxLength - 9).replace(/-+$/, '')}-${hash}`;
}

/** Text without control characters and the ends' spaces, at most so long; null for anything that leaves none. */
export function label(value: unknown, maxLength: number): string | null {
  if (typeof value === 'number') return String(value).slice(0, maxLength);
  if (typeof value !== 'string') return null;
  // No half of a surrogate pair is left at the end.
  const clean = value
    .slice(0, 1000)
    .replace(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, '')
    .trim();
  return (
    clean
      .slice(0, maxLength)
      .replace(/\p{Cs}$/u, '')
      .trim() || null
  );
}
