import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';
import {
  bytesWords,
  keptWords,
  lastsWords,
  roomPromise,
  ruleWords,
  type RoomFigures,
} from './storage-words.ts';

const format = createFormat({ locale: 'en-GB', timeZone: 'UTC', temperatureUnit: 'celsius' });

describe('a size', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [1200, '1.2 kB'],
    [14_200_000, '14 MB'],
    [999_700, '1.0 MB'],
    [80e9, '80 GB'],
  ])('%d is %s', (bytes, words) => expect(bytesWords(bytes, format)).toBe(words));
});

it.each([
  [4000, 'more than 100 years'],
  [12.9, '12 years'],
  [1.5, '18 months'],
  [0.1, '36 days'],
  [0.003, 'a day'],
  [0, 'less than a day'],
])('%d years last for %s', (years, words) => expect(lastsWords(years, format)).toBe(words));

describe('the promise', () => {
  const room: RoomFigures = { usedB: 14e6, freeB: 80e9, perYearB: 310e6, years: 258, settlesAtB: null };

  it('tells a year’s growth and how long the free room lasts', () => {
    expect(roomPromise(room, format)).toEqual({
      words: 'At this rate a year takes 310 MB, and the free 80 GB last for more than 100 years.',
      isTight: false,
    });
    expect(roomPromise({ ...room, years: 0.5 }, format).isTight).toBe(true);
  });

  it('waits for a day before it promises anything', () => {
    expect(roomPromise({ ...room, perYearB: null, years: null }, format).words).toContain(
      'known after a day',
    );
  });

  it('says nothing of free room where it is not known', () => {
    expect(roomPromise({ ...room, freeB: null, years: null }, format).words).toBe(
      'At this rate a year takes 310 MB.',
    );
  });

  it('tells where the readings settle, and that they do not where the disk is too small', () => {
    const settling = { ...room, years: null, settlesAtB: 620e6 };
    expect(roomPromise(settling, format)).toMatchObject({ isTight: false });
    expect(roomPromise(settling, format).words).toContain('stay at about 620 MB');
    expect(roomPromise({ ...settling, freeB: 1e8 }, format)).toEqual({
      words: 'At this rate they would take 620 MB: more than the free 100 MB.',
      isTight: true,
    });
  });
});

it('says how long something is kept in years where it is years', () => {
  expect([null, 730, 365, 90, 1].map(keptWords)).toEqual([
    'for ever',
    '2 years',
    '1 year',
    '90 days',
    '1 day',
  ]);
});

it('says each rule as a sentence, and nothing where everything is kept', () => {
  const nameOf = () => 'Hall thermostat';
  expect(ruleWords([], nameOf)).toEqual([]);
  expect(
    ruleWords(
      [
        { readingsDays: 730, rollupsDays: null },
        { quantity: 'power', readingsDays: 90 },
        { device: 'hall', rollupsDays: 3650 },
      ],
      nameOf,
    ),
  ).toEqual([
    'All: readings for 2 years and averages for ever',
    'Power: readings for 90 days',
    'Hall thermostat: averages for 10 years',
  ]);
});
