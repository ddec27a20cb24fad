import { randomBytes, timingSafeEqual } from 'node:crypto';

/** Crockford base 32: no I, L, O, U, so that a code can be read aloud and typed. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 12 characters of 5 bits: 60 bits. */
const codeLength = 12;
/** Wrong tries before a code is replaced: a guess then hits with 10 in 2^60. */
const triesMax = 10;

/** The one-time code that shows that whoever sets up can see the server's start. */
export interface SetupCode {
  /** The code in force, as `XXXX-XXXX-XXXX`. */
  current(): string;
  /** Whether it is the code; hyphens, spaces, case, O for 0 and I or L for 1 do not matter. */
  check(typed: string): boolean;
}

/** @returns a code that holds until this process ends or {@link triesMax} wrong tries; then `onReplaced`. */
export function createSetupCode(onReplaced: (code: string) => void): SetupCode {
  let code = newCode();
  let wrongTries = 0;
  return {
    current: () => hyphenated(code),
    check(typed) {
      const given = Buffer.from(
        normalise(typed)
          .padEnd(codeLength)
          .slice(0, codeLength + 1),
      );
      const wanted = Buffer.from(code);
      if (given.length === wanted.length && timingSafeEqual(given, wanted)) return true;
      if (++wrongTries >= triesMax) {
        code = newCode();
        wrongTries = 0;
        onReplaced(hyphenated(code));
      }
      return false;
    },
  };
}

function newCode(): string {
  return Array.from(randomBytes(codeLength), (byte) => alphabet[byte & 31]).join('');
}

function hyphenated(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

function normalise(typed: string): string {
  return typed.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
}
