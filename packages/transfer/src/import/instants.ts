import { instantLimits } from '@hearth/contract';

/** An instant, or what was expected in its place. */
export type ReadInstant = { at: number } | { expected: string };

const iso =
  /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?(?:[.,](\d{1,9}))?\s?(Z|z|UTC|[+-]\d{2}(?::?\d{2})?)?$/;
const wanted = 'a time such as 2026-11-30T18:00:00.000Z';

/** Ways of counting from 1970, in units a millisecond. Between 2020 and 2100 their figures do not meet. */
const scales = [1000, 1, 1e-3, 1e-6];

/** Unix time in seconds, milliseconds, microseconds or nanoseconds: which, its size says. */
export function instantOfNumber(count: number): ReadInstant {
  const { minimum, maximum } = instantLimits;
  const scale = scales.find((each) => count * each >= minimum && count * each <= maximum);
  if (scale === undefined) return { expected: 'a time from 2020 to 2100' };
  return { at: Math.floor(count * scale) };
}

/** A time as text: ISO 8601 with its offset from UTC, or Unix time. Finer than a millisecond is cut off. */
export function instantOfText(text: string): ReadInstant {
  const [, date, hours, minutes, seconds = '0', fraction = '', zone] = iso.exec(text) ?? [];
  if (date === undefined) return instantOfDigits(text);
  if (zone === undefined) return { expected: `${wanted}: the Z or an offset such as +01:00 is missing` };
  const ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const clockMs = (Number(hours) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000 + ms;
  const at = dayStart(date) + clockMs - offsetMs(zone);
  return Number.isNaN(at) ? { expected: wanted } : withinLimits(at);
}

let lastDate = '';
let lastStart = NaN;

/** Midnight UTC of a date, NaN where there is no such day: Date takes the 30th of February for the 2nd of March. */
function dayStart(date: string): number {
  if (date === lastDate) return lastStart;
  const start = Date.parse(`${date}T00:00:00Z`);
  const isDay = !Number.isNaN(start) && new Date(start).toISOString().startsWith(date);
  // Times that follow each other share their date.
  lastDate = date;
  lastStart = isDay ? start : NaN;
  return lastStart;
}

/** Nanoseconds are more than a double holds: the last digits go before it becomes a number. */
function instantOfDigits(text: string): ReadInstant {
  if (!/^\d{9,19}(\.\d{1,9})?$/.test(text)) return { expected: wanted };
  return instantOfNumber(text.length >= 18 ? Number(text.slice(0, -6)) : Number(text));
}

function offsetMs(zone: string): number {
  const sign = { '+': 1, '-': -1 }[zone[0]!];
  if (sign === undefined) return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  return sign * (Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))) * 60_000;
}

function withinLimits(at: number): ReadInstant {
  const { minimum, maximum } = instantLimits;
  return at >= minimum && at <= maximum ? { at } : { expected: 'a time from 2020 to 2100' };
}
