import { expect, test } from 'vitest';
import { wordsForDeed } from './deed-words.ts';

test('a deed is told as a sentence, and a refusal as one', () => {
  expect(wordsForDeed({ route: 'removePerson', isDone: true })).toBe('removed a person');
  expect(wordsForDeed({ route: 'signIn', isDone: false })).toBe('could not sign in');
  expect(wordsForDeed({ route: 'makeToken', isDone: false })).toBe('typed a wrong password (made a token)');
  expect(wordsForDeed({ route: 'ofTheFuture', isDone: true })).toBe('ofTheFuture');
});
