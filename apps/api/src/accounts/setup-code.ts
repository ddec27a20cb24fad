import { hyphenated, isSameCode, newCode } from './crockford.ts';

/** 12 characters of 5 bits: 60 bits. */
const codeLength = 12;
const groupLength = 4;
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
  let code = newCode(codeLength);
  let wrongTries = 0;
  return {
    current: () => hyphenated(code, groupLength),
    check(typed) {
      if (isSameCode(typed, code)) return true;
      if (++wrongTries >= triesMax) {
        code = newCode(codeLength);
        wrongTries = 0;
        onReplaced(hyphenated(code, groupLength));
      }
      return false;
    },
  };
}
