import { describe, expect, it } from 'vitest';
import { age, createFormat, duration, span } from './format.ts';

const at = Date.UTC(2026, 10, 22, 6, 2);
const berlin = createFormat({ locale: 'en-GB', timeZone: 'Europe/Berlin', temperatureUnit: 'celsius' });

describe('format', () => {
  it('shows °C with one decimal and setpoints as short as they are', () => {
    expect(berlin.temperature(20.55)).toBe('20.6');
    expect(berlin.degrees(3)).toBe('3.0 °C');
    expect(berlin.setpoint(21)).toBe('21');
    expect(berlin.setpoint(21.5)).toBe('21.5');
  });

  it('has a real minus and no minus zero', () => {
    expect(berlin.temperature(-4.2)).toBe('−4.2');
    expect(berlin.temperature(-0.04)).toBe('0.0');
  });

  it('follows the person: comma, °F, 12 hours', () => {
    const german = createFormat({ locale: 'de-DE', timeZone: 'Europe/Berlin', temperatureUnit: 'celsius' });
    const american = createFormat({
      locale: 'en-US',
      timeZone: 'America/New_York',
      temperatureUnit: 'fahrenheit',
    });
    expect(german.temperature(20.6)).toBe('20,6');
    expect(american.degrees(20)).toBe('68.0 °F');
    expect(american.time(at)).toMatch(/^1:02\sAM$/u);
    expect(american.dateTime(at)).toMatch(/1:02\sAM$/u);
    expect(german.time(at)).toBe('07:02');
  });

  it('tells times in the home’s time zone, with the day only when it is another', () => {
    expect(berlin.time(at)).toBe('07:02');
    expect(berlin.moment(at, at + 3_600_000)).toBe('07:02');
    expect(berlin.moment(at, at + 86_400_000)).toBe('22 Nov, 07:02');
  });
});

describe('ages and spans', () => {
  it.each([
    [0, 'just now'],
    [-2000, 'just now'],
    [19_999, 'just now'],
    [27_000, '20 s ago'],
    [120_000, '2 min ago'],
    [119 * 60_000, '119 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [50 * 3_600_000, '2 days ago'],
  ])('%i ms is %s', (ms, words) => {
    expect(age(ms)).toBe(words);
  });

  it('rounds durations down and never to nothing', () => {
    expect(duration(40)).toBe('1 s');
    expect(duration(2_459_000)).toBe('40 min');
  });

  it('gives short spans the precision they deserve', () => {
    expect([0.84, 84.4, 1234].map((ms) => span(ms))).toEqual(['0.8 ms', '84 ms', '1.2 s']);
  });
});
