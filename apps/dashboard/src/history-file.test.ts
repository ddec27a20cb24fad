import { describe, expect, test } from 'vitest';
import { createFormat } from './format.ts';
import { csvOf, fileNameOf } from './history-file.ts';
import type { History } from './series-points.ts';

const format = createFormat({ locale: 'de-DE', timeZone: 'Europe/Berlin', temperatureUnit: 'celsius' });
const at = Date.parse('2026-11-22T06:00:00Z');
const minute = 60_000;

const history: History = {
  from: at,
  to: at + 2 * minute,
  longestMs: 3 * minute,
  extremes: null,
  temperature: [
    { x: at, y: 20.123456 },
    { x: at + minute, y: NaN },
    { x: at + 2 * minute, y: 21 },
  ],
  band: [],
  setpoint: [
    { x: at + minute, y: 22.5 },
    { x: at + 2 * minute, y: 22.5 },
  ],
  heating: [{ from: at, to: at + minute, share: 0.25 }],
};

describe('a history as CSV', () => {
  test('has a row for each point, in UTC and with a point for the comma, and nothing where nothing is known', () => {
    expect(csvOf(history, format).split('\r\n')).toEqual([
      'time,temperature (C),setpoint (C),heating share',
      '2026-11-22T06:00:00.000Z,20.1235,,0.25',
      '2026-11-22T06:02:00.000Z,21,22.5,',
      '',
    ]);
  });

  test('has what it is compared with, under a name that no table takes for a formula', () => {
    const compared = { words: '=HYPERLINK("x"), bath', temperature: [{ x: at, y: 19 }], longestMs: minute };
    const [head, first] = csvOf({ ...history, compared }, format).split('\r\n');
    expect(head).toBe(`time,temperature (C),setpoint (C),heating share,"'=HYPERLINK(""x""), bath (C)"`);
    expect(first).toBe('2026-11-22T06:00:00.000Z,20.1235,,0.25,19');
  });

  test('is named after the room and the time at home', () => {
    expect(fileNameOf('Living room', history, 'csv', format)).toBe('living-room-2026-11-22-0702.csv');
    expect(fileNameOf('客厅', history, 'png', format)).toBe('客厅-2026-11-22-0702.png');
  });
});
