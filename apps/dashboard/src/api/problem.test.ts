import { expect, it } from 'vitest';
import { fieldWords, RequestFailure, wordsFor } from './problem.ts';

const refused = (errors: { pointer: string; detail: string }[]): RequestFailure =>
  new RequestFailure('bad-request', 'The request is not what this address takes', {
    detail: 'The body does not fit: see errors.',
    errors,
  });

it('says what is wrong with a field in the server’s sentence, and nothing of addresses and bodies', () => {
  const words = 'This password is one of the first that others would try. Choose another one.';
  const error = refused([{ pointer: '#/password', detail: words }]);
  expect(wordsFor(error)).toBe(words);
  expect(fieldWords(error, 'password')).toBe(words);
  expect(fieldWords(error, 'name')).toBe('');
});

it('makes a sentence of what a schema says', () => {
  const error = refused([{ pointer: '#/timeZone', detail: 'must not have fewer than 1 characters' }]);
  expect(wordsFor(error)).toBe('Time zone must not have fewer than 1 characters.');
});

it('leaves the other problems their title and detail', () => {
  const error = new RequestFailure('wrong-code', 'The set-up code is wrong or has run out', {
    detail: 'Copy it from where Hearth was started.',
  });
  expect(wordsFor(error)).toBe(
    'The set-up code is wrong or has run out. Copy it from where Hearth was started.',
  );
});
