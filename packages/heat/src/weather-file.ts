import { sunAt, type Site } from './sun.ts';
import type { Conditions, Weather } from './weather.ts';

/** A weather file that is not as its format has it. */
export class WeatherFileError extends Error {
  override readonly name = 'WeatherFileError';
  readonly code = 'weather-file';
  /** Where, counted from 1. */
  readonly line: number;

  constructor(line: number, detail: string) {
    super(`line ${line}: ${detail}`);
    this.line = line;
  }
}

/** One instant or hour of a weather file. */
type Row = Omit<Conditions, 'sun'>;

const hourMs = 3_600_000;
const epwHeaderLines = 8;

/**
 * Weather of an EnergyPlus file (EPW): one year of hours, which is repeated. Temperatures are joined by straight lines
 * from hour to hour; sunshine is the mean of the hour, so that its sum is kept. In leap years the days after
 * February 28th are those of one day later.
 * @param text The whole file.
 * @throws WeatherFileError
 * @see EnergyPlus, Auxiliary Programs, EnergyPlus Weather File (EPW) Data Dictionary
 */
export function weatherOfEpw(text: string): Weather & { site: Site } {
  const lines = linesOf(text);
  const [kind, , , , , , latitude, longitude, utcOffset] = (lines[0] ?? '').split(',');
  if (kind !== 'LOCATION') throw new WeatherFileError(1, 'does not begin with LOCATION');
  const number = (field: string | undefined, name: string): number => numberOf(field, 1, name);
  const site = {
    latitudeDeg: number(latitude, 'latitude'),
    longitudeDeg: number(longitude, 'longitude'),
  };
  const zoneMs = number(utcOffset, 'time zone') * hourMs;
  const rows = lines.slice(epwHeaderLines).map((line, i) => epwRow(line, epwHeaderLines + i + 1));
  if (rows.length !== 8760 && rows.length !== 8784)
    throw new WeatherFileError(lines.length, `has ${rows.length} hours, which is not a year`);

  const rowAt = (hour: number): Row => rows[(hour + rows.length) % rows.length]!;
  const weather = (at: number): Conditions => {
    const local = at + zoneMs;
    const hourOfYear = (local - Date.UTC(new Date(local).getUTCFullYear(), 0, 1)) / hourMs;
    const hour = Math.floor(hourOfYear);
    const [before, during] = [rowAt(hour - 1), rowAt(hour)];
    return {
      outsideC: before.outsideC + (during.outsideC - before.outsideC) * (hourOfYear - hour),
      directNormalWPerM2: during.directNormalWPerM2,
      diffuseWPerM2: during.diffuseWPerM2,
      sun: sunAt(site, at),
    };
  };
  return Object.assign(weather, { site });
}

/** The hour that ends at its stamp. Fields: 7 dry bulb, 15 direct normal, 16 diffuse horizontal (counted from 1). */
function epwRow(line: string, number: number): Row {
  const fields = line.split(',');
  const outsideC = numberOf(fields[6], number, 'dry-bulb temperature');
  const directNormalWPerM2 = numberOf(fields[14], number, 'direct normal radiation');
  const diffuseWPerM2 = numberOf(fields[15], number, 'diffuse radiation');
  // What was not measured is 99.9 °C or 9999 W/m².
  if (outsideC >= 99.9 || directNormalWPerM2 >= 9999 || diffuseWPerM2 >= 9999)
    throw new WeatherFileError(number, 'a value is missing');
  return { outsideC, directNormalWPerM2, diffuseWPerM2 };
}

/**
 * Weather of a CSV file with the columns `at` (ISO 8601 with its offset, or Unix ms) and `outsideC`, and, if the sun
 * matters, `directNormalWPerM2` and `diffuseWPerM2`; others are left alone. Temperatures are joined by straight lines,
 * sunshine holds until the next row. Before the first and after the last row that row holds.
 * @param text The whole file, in order of time.
 * @throws WeatherFileError
 */
export function weatherOfCsv(text: string, site: Site): Weather {
  const lines = linesOf(text);
  const names = (lines[0] ?? '').split(',').map((name) => name.trim());
  const column = (name: string): number => names.indexOf(name);
  for (const name of ['at', 'outsideC'])
    if (column(name) < 0) throw new WeatherFileError(1, `has no column ${name}`);
  const rows = lines.slice(1).map((line, i) => {
    const fields = line.split(',');
    const optional = (name: string): number =>
      column(name) < 0 ? 0 : numberOf(fields[column(name)], i + 2, name);
    return {
      at: instantOf(fields[column('at')], i + 2),
      outsideC: numberOf(fields[column('outsideC')], i + 2, 'outsideC'),
      directNormalWPerM2: optional('directNormalWPerM2'),
      diffuseWPerM2: optional('diffuseWPerM2'),
    };
  });
  if (rows.length === 0) throw new WeatherFileError(2, 'has no row');
  for (const [i, { at }] of rows.entries())
    if (i > 0 && at <= rows[i - 1]!.at) throw new WeatherFileError(i + 2, 'is not later than the one before');

  return (at) => {
    const { outsideC, directNormalWPerM2, diffuseWPerM2, at: since } = rows[lastNotAfter(rows, at)]!;
    const next = rows[lastNotAfter(rows, at) + 1];
    const share = next && at > since ? (at - since) / (next.at - since) : 0;
    return {
      outsideC: next ? outsideC + (next.outsideC - outsideC) * share : outsideC,
      directNormalWPerM2,
      diffuseWPerM2,
      sun: sunAt(site, at),
    };
  };
}

/** Index of the last row that is not after `at`; 0 before them all. */
function lastNotAfter(rows: readonly { at: number }[], at: number): number {
  let [low, high] = [0, rows.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (rows[middle]!.at <= at) low = middle;
    else high = middle;
  }
  return low;
}

const linesOf = (text: string): string[] => text.trimEnd().split(/\r?\n/);

function numberOf(field: string | undefined, line: number, name: string): number {
  const value = field?.trim() ? Number(field) : Number.NaN;
  if (!Number.isFinite(value))
    throw new WeatherFileError(line, `${name} is "${field ?? ''}", which is not a number`);
  return value;
}

function instantOf(field: string | undefined, line: number): number {
  const text = field?.trim() ?? '';
  const at = /^\d+$/.test(text) ? Number(text) : /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) ? Date.parse(text) : NaN;
  if (!Number.isFinite(at))
    throw new WeatherFileError(
      line,
      `at is "${text}", which is neither an instant with its offset nor Unix ms`,
    );
  return at;
}
