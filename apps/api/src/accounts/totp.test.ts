import { expect, it } from 'vitest';
import { base32, codeOf, stepOf } from './totp.ts';

const secret = Buffer.from('12345678901234567890');

// The last six of the eight digits there.
it.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('RFC 6238, appendix B: at %i s the code is %s', (s, code) => {
  expect(codeOf(secret, Math.floor(s / 30))).toBe(code);
});

it('takes the code of one step before and after, and of no other', () => {
  const now = 40_000_000;
  const steps = [-2, -1, 0, 1, 2].map((off) => stepOf(secret, codeOf(secret, now + off), now * 30_000));
  expect(steps).toEqual([null, now - 1, now, now + 1, null]);
  expect(stepOf(secret, '', now * 30_000)).toBeNull();
});

it.each([
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foobar', 'MZXW6YTBOI'],
])('RFC 4648, section 10: base32 of %s is %s', (text, coded) => {
  expect(base32(Buffer.from(text))).toBe(coded);
});
