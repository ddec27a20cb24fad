import type { ExportFormat, ExportJob, ImportFormat, ImportJob, SkipReason } from '@hearth/contract';
import type { Format } from './format.ts';
import { bytesWords } from './storage-words.ts';

/** The formats that readings leave in, and what each is good for. */
export const exportChoices: readonly { value: ExportFormat; label: string; use: string }[] = [
  { value: 'csv', label: 'CSV', use: 'Opens in Excel, Numbers and every other spreadsheet.' },
  { value: 'jsonl', label: 'JSON Lines', use: 'One reading a line, for scripts and other programs.' },
  { value: 'parquet', label: 'Parquet', use: 'The smallest file, for pandas, DuckDB and data tools.' },
];

/** The formats that readings come in by. */
export const importChoices: readonly { value: ImportFormat; label: string }[] = [
  { value: 'csv', label: 'CSV' },
  { value: 'jsonl', label: 'JSON Lines' },
  { value: 'parquet', label: 'Parquet' },
  { value: 'line-protocol', label: 'InfluxDB line protocol' },
  { value: 'home-assistant', label: 'Home Assistant database' },
];

const endings: readonly [RegExp, ImportFormat][] = [
  [/\.csv$/iu, 'csv'],
  [/\.(jsonl|ndjson|json)$/iu, 'jsonl'],
  [/\.parquet$/iu, 'parquet'],
  [/\.(db|sqlite3?)$/iu, 'home-assistant'],
  [/\.(lp|line|influx|txt)$/iu, 'line-protocol'],
];

/** The format that a file has by its name; CSV where the name says nothing. */
export function formatOf(fileName: string): ImportFormat {
  return endings.find(([ending]) => ending.test(fileName))?.[1] ?? 'csv';
}

/** How far an export is, or how it ended. */
export function exportWords({ state, readings, bytes, share }: ExportJob, format: Format): string {
  const what = `${format.number(readings)} readings, ${bytesWords(bytes, format)}`;
  if (state === 'running') return `${percent(share, format)}: ${what} so far`;
  if (state === 'done') return what;
  return state === 'cancelled'
    ? 'Cancelled. What came of the file is not whole.'
    : 'It broke off. What came of the file is not whole: download it again.';
}

/** How far an import is, or how it ended, in one line. */
export function importTitle({ state, mode, share, problem }: ImportJob, format: Format): string {
  const isTry = mode === 'try';
  if (state === 'waiting') return 'Waiting for its turn';
  if (state === 'running') return `${isTry ? 'Trying' : 'Storing'}, ${percent(share, format)}`;
  if (state === 'done') return isTry ? 'Tried. Nothing is stored yet' : 'Done';
  if (state === 'cancelled') return isTry ? 'Cancelled' : 'Cancelled. What was stored stays';
  return `It failed${problem === null ? '' : `: ${problem}`}`;
}

/** What became of the readings of a file; in a try, what would become of them. */
export function reportWords({ report, mode }: ImportJob, format: Format): string {
  const { read, stored, alreadyThere, skipped } = report;
  const left = skipped.reduce((sum, { count }) => sum + count, 0);
  const isTry = mode === 'try';
  if (read === 0) return 'No reading was found in it.';
  const parts = [
    `${format.number(read)} read`,
    `${format.number(stored)} ${isTry ? 'to store' : 'stored'}`,
    alreadyThere > 0 && `${format.number(alreadyThere)} already there`,
    left > 0 && `${format.number(left)} skipped`,
  ];
  return `${parts.filter(Boolean).join(', ')}.`;
}

const reasons: Readonly<Record<SkipReason, string>> = {
  'line-too-long': 'The line is too long',
  encoding: 'Not written as UTF-8',
  columns: 'A column is missing',
  quotes: 'A quotation mark is not closed',
  json: 'Not JSON',
  line: 'Not a line of this format',
  time: 'The time cannot be read',
  device: 'The name of the device cannot be used',
  quantity: 'A quantity that Hearth does not know',
  unit: 'A unit that does not fit',
  value: 'The value cannot be read',
  range: 'The value is outside what a home can show',
  unavailable: 'The source had no value then',
  'not-mapped': 'Nothing of Hearth fits its source',
  'not-wanted': 'Left out by choice',
  'too-many-devices': 'More devices than Hearth takes',
  'not-kept': 'Older than what is kept',
};

/** Why readings were skipped. */
export function reasonWords(reason: SkipReason): string {
  return reasons[reason];
}

function percent(share: number, format: Format): string {
  // Rounded down: it is not all before it is all.
  return `${format.number(Math.floor(share * 100))} %`;
}

/** The stretch of time that an export is of. */
export type ExportRange = 'day' | 'month' | 'year' | 'all' | 'dates';

const dayMs = 86_400_000;
const rangeMs = { day: dayMs, month: 30 * dayMs, year: 365 * dayMs } as const;

/** From when to when an export is, Unix ms; empty for all there is. Dates are days of the home, both included. */
export function exportSpan(
  range: ExportRange,
  dates: { from: string; to: string },
  nowAt: number,
  timeZone: string,
): { from?: number; to?: number } {
  if (range === 'all') return {};
  if (range !== 'dates') return { from: Math.round(nowAt - rangeMs[range]) };
  return {
    ...(dates.from && { from: startOfDay(dates.from, timeZone) }),
    ...(dates.to && { to: startOfDay(dayAfter(dates.to), timeZone) }),
  };
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + dayMs).toISOString().slice(0, 10);
}

/** When a day of the home begins, 'YYYY-MM-DD': midnight in UTC, moved by what the home's clocks then show. */
function startOfDay(date: string, timeZone: string): number {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const offset = (at: number): number => {
    const parts = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' }).formatToParts(
      at,
    );
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours = '0', minutes = '0'] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
  const guess = midnight - offset(midnight);
  return midnight - offset(guess);
}
