import { expect, it } from 'vitest';
import { createSetupCode } from './setup-code.ts';

it('is 12 characters of Crockford base 32, and another one each time', () => {
  const codes = Array.from({ length: 200 }, () => createSetupCode(() => undefined).current());
  for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(new Set(codes).size).toBe(200);
});

it('is taken in small letters, without hyphens, with spaces and with look-alikes', () => {
  const code = createSetupCode(() => undefined);
  const shown = code.current();
  expect(code.check(shown)).toBe(true);
  expect(code.check(shown.toLowerCase().replaceAll('-', ''))).toBe(true);
  expect(code.check(` ${shown.replaceAll('-', ' ')} `)).toBe(true);
  expect(code.check(shown.replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(true);
  expect(code.check(shown.replaceAll('1', 'I'))).toBe(true);
});

it('is not taken shortened, lengthened, empty or with a letter beyond ASCII', () => {
  const code = createSetupCode(() => undefined);
  const shown = code.current();
  for (const wrong of [shown.slice(0, -1), `${shown}0`, '', 'ä'.repeat(12), '            '])
    expect(code.check(wrong)).toBe(false);
});

it('is replaced after ten wrong tries', () => {
  const replaced: string[] = [];
  const code = createSetupCode((next) => replaced.push(next));
  const first = code.current();
  for (let i = 0; i < 10; i++) expect(code.check('0000-0000-0000')).toBe(false);
  expect(replaced).toEqual([code.current()]);
  expect(code.current()).not.toBe(first);
  expect(code.check(first)).toBe(false);
});
