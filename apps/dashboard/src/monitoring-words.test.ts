import { expect, it } from 'vitest';
import { createFormat } from './format.ts';
import { batteryWords, rhythmWords, tripWords, troubleWords, unansweredWords } from './monitoring-words.ts';

const format = createFormat({ locale: 'en', timeZone: 'Europe/Berlin', temperatureUnit: 'celsius' });
const calm = {
  day: '2026-12-01',
  missing: 0,
  duplicates: 0,
  late: 0,
  reordered: 0,
  reboots: 0,
  reconnects: 0,
  clockAheadMs: 40,
};

it('says of a day only what went wrong', () => {
  expect(troubleWords(calm, format)).toBe('');
  expect(troubleWords({ ...calm, missing: 1206, reboots: 1, reconnects: 2 }, format)).toBe(
    '1,206 missing, 1 restart, 2 new connections',
  );
  expect(troubleWords({ ...calm, clockAheadMs: -125_000 }, format)).toBe('clock 2 min behind');
});

it('says what became of questions', () => {
  const day = { day: '2026-12-01', answered: 3, timedOut: 0, refused: 0, malformed: 0 };
  const trips = { p50Ms: null, p95Ms: null, p99Ms: null };
  expect(unansweredWords({ ...day, ...trips }, format)).toBe('');
  expect(unansweredWords({ ...day, ...trips, timedOut: 2, refused: 1 }, format)).toBe(
    '2 without an answer and 1 refused',
  );
  expect([tripWords(null, format), tripWords(84.2, format)]).toEqual(['–', '84 ms']);
});

it('says how a value is reported', () => {
  expect(rhythmWords({ rhythm: 'periodic', expectedMs: 300_000 })).toBe('comes every 5 min');
  expect(rhythmWords({ rhythm: 'unlearned', expectedMs: 300_000 })).toBe('its rhythm is being learned');
});

it('says until when a battery lasts, or that nobody can', () => {
  const nowAt = Date.UTC(2026, 11, 1);
  const words = (battery: Parameters<typeof batteryWords>[0]) => batteryWords(battery, nowAt, format);
  expect(words(null)).toBe('Too early to say how long it lasts.');
  expect(words({ fallPerMonth: 7.54, emptyAt: Date.UTC(2027, 2, 20) })).toBe(
    'Lasts until about March 2027: it falls by 7.5 % a month.',
  );
  expect(words({ fallPerMonth: 7.54, emptyAt: nowAt - 1 })).toBe('As good as empty, by how it fell.');
});
