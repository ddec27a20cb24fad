import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { weatherOfCsv, weatherOfEpw, WeatherFileError } from './weather-file.ts';

/** A year as EnergyPlus has it, of a place one hour east of Greenwich: temperature and sunshine by the hour. */
function epw(hourOf: (hour: number) => [outsideC: number, direct: number, diffuse: number]): string {
  const header = ['LOCATION,Nowhere,-,DEU,TMY3,0,52.5,15.0,1.0,34.0', ...Array(7).fill('COMMENTS 1,none')];
  const lines = Array.from({ length: 8760 }, (_, hour) => {
    const day = new Date(Date.UTC(2023, 0, 1, hour));
    const stamp = `2023,${day.getUTCMonth() + 1},${day.getUTCDate()},${day.getUTCHours() + 1},60,?9`;
    const [outsideC, direct, diffuse] = hourOf(hour);
    return `${stamp},${outsideC},0,80,101300,0,0,300,0,${direct},${diffuse},0,0,0,0,0,3,5,5,20,77777`;
  });
  return [...header, ...lines].join('\r\n');
}

describe('EPW', () => {
  test('an hour’s temperature stands at its end in the zone of the file, and lies between two in between', () => {
    const weather = weatherOfEpw(epw((hour) => [hour / 200, 0, 0]));
    // Hour 1 of January 1st ends at 01:00 of the zone: midnight UTC.
    expect(weather(Date.UTC(2026, 0, 1, 0)).outsideC).toBe(0);
    expect(weather(Date.UTC(2026, 0, 1, 10)).outsideC).toBeCloseTo(0.05, 12);
    expect(weather(Date.UTC(2026, 0, 1, 10, 15)).outsideC).toBeCloseTo(0.05125, 12);
    expect(weather.site).toEqual({ latitudeDeg: 52.5, longitudeDeg: 15 });
  });

  test('sunshine is that of the hour, and the year is repeated', () => {
    const weather = weatherOfEpw(epw((hour) => [5, hour % 24, 2 * (hour % 24)]));
    expect(weather(Date.UTC(2026, 0, 1, 10, 59))).toMatchObject({
      directNormalWPerM2: 11,
      diffuseWPerM2: 22,
    });
    expect(weather(Date.UTC(2026, 0, 1, 11, 1))).toMatchObject({ directNormalWPerM2: 12 });
    expect(weather(Date.UTC(2031, 6, 3, 7)).outsideC).toBe(5);
    expect(weather(Date.UTC(2028, 11, 31, 22)).directNormalWPerM2).toBe(23);
  });

  test.each([
    ['another file', 'at,outsideC\n', 1, /LOCATION/],
    [
      'half a year',
      epw(() => [5, 0, 0])
        .split('\r\n')
        .slice(0, 4000)
        .join('\n'),
      4000,
      /3992 hours/,
    ],
    ['a word for a number', epw((hour) => [hour === 7 ? Number.NaN : 5, 0, 0]), 16, /dry-bulb/],
    ['an hour that was not measured', epw((hour) => [hour === 7 ? 99.9 : 5, 0, 0]), 16, /missing/],
  ])('%s is refused with its line', (_, text, line, message) => {
    const read = () => weatherOfEpw(text);
    expect(read).toThrow(WeatherFileError);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ line, code: 'weather-file' }));
  });
});

describe('CSV', () => {
  const site = { latitudeDeg: 52.5, longitudeDeg: 13.4 };
  const at = Date.UTC(2026, 0, 1);

  test('columns are found by name, instants are ISO 8601 or Unix ms, lines end as they like', () => {
    const text = `note,outsideC,at,diffuseWPerM2\r\nx,2,2026-01-01T01:00:00+01:00,10\r\ny,4,${at + 3_600_000},30\r\n`;
    const weather = weatherOfCsv(text, site);
    expect(weather(at)).toMatchObject({ outsideC: 2, diffuseWPerM2: 10, directNormalWPerM2: 0 });
    expect(weather(at + 1_800_000)).toMatchObject({ outsideC: 3, diffuseWPerM2: 10 });
    expect(weather(at + 3_600_000)).toMatchObject({ outsideC: 4, diffuseWPerM2: 30 });
  });

  test('before the first and after the last row that row holds', () => {
    const weather = weatherOfCsv(`at,outsideC\n${at},2\n${at + 1000},4`, site);
    expect([weather(at - 9e9).outsideC, weather(at + 9e9).outsideC]).toEqual([2, 4]);
  });

  test.each([
    ['no column of instants', 'outsideC\n3', 1],
    ['no row', 'at,outsideC\n', 2],
    ['a local time', 'at,outsideC\n2026-01-01T01:00:00,3', 2],
    ['an empty field', `at,outsideC\n${at},3\n${at + 1},`, 3],
    ['rows out of order', `at,outsideC\n${at},3\n${at},4`, 3],
  ])('%s is refused with its line', (_, text, line) => {
    expect(() => weatherOfCsv(text, site)).toThrow(expect.objectContaining({ line, code: 'weather-file' }));
  });

  test('no text does anything but give weather or be refused', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const read of [() => weatherOfCsv(`at,outsideC\n${text}`, site), () => weatherOfEpw(text)])
          try {
            expect(Number.isFinite(read()(at).outsideC)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(WeatherFileError);
          }
      }),
    );
  });
});
