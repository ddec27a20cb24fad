import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Crockford base 32: no I, L, O, U, so that a code can be read aloud and typed. 5 bits a character. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A random code of so many characters. */
export function newCode(length: number): string {
  return Array.from(randomBytes(length), (byte) => alphabet[byte & 31]).join('');
}

/** The code in groups, as people read it out. */
export function hyphenated(code: string, groupLength: number): string {
  return code.replace(new RegExp(`(.{${groupLength}})(?=.)`, 'g'), '$1-');
}

/** Whether it is the code; hyphens, spaces, case, O for 0 and I or L for 1 do not matter. Constant time. */
export function isSameCode(typed: string, code: string): boolean {
  const given = Buffer.from(
    normalise(typed)
      .padEnd(code.length)
      .slice(0, code.length + 1),
  );
  const wanted = Buffer.from(code);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** A typed code without hyphens and spaces, in capitals, with O as 0 and I and L as 1. */
export function normalise(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}
