import { journalTopic } from '@hearth/contract';
import { expect, test } from 'vitest';
import { createJournalState, diskRefuses } from './journal-state.ts';

const told = { state: 'full', since: 1_795_363_200_000, words: 'Make space.' };
const say = (journal: ReturnType<typeof createJournalState>, what: object) =>
  journal.hear(journalTopic, Buffer.from(JSON.stringify(what)));

test('what the broker says of its disk holds until it is away', () => {
  const journal = createJournalState();
  const here = { isConnected: true, since: 1 };
  expect(journal.present(here)).toBe(undefined);
  expect(say(journal, told)).toBe(true);
  expect(journal.present(here)).toEqual(told);
  expect(say(journal, { state: 'perhaps' })).toBe(true);
  expect(journal.present(here)).toEqual(told);
  expect(journal.hear('hearth/v1/home/hall/reading', Buffer.from('{}'))).toBe(false);
  journal.forget();
  expect(journal.present(here)).toBe(undefined);
});

test('a broker that lets nobody in for its disk says so by its refusal', () => {
  const journal = createJournalState();
  expect(journal.present({ isConnected: false, since: 1, problem: 'nothing listens there' })).toBe(undefined);
  expect(journal.present({ isConnected: false, since: 7, problem: diskRefuses })).toEqual({
    state: 'failing',
    since: 7,
    words: expect.stringMatching(/cannot write to its disk.*kept.*make space/),
  });
});
