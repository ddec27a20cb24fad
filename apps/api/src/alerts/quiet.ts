import type { AlertSettings } from '@hearth/contract';

const dayMin = 1440;
const minuteMs = 60_000;

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

/** Minutes of the day on the clock of a time zone. */
function minuteOfDay(at: number, timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return minutesOf(clock.format(at));
}

/** When the quiet hours end in which `at` lies; null when it lies in none. By the home's clock, its changes too. */
export function quietUntil(at: number, quiet: AlertSettings['quiet'], timeZone: string): number | null {
  if (!quiet) return null;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const minute = minuteOfDay(at, timeZone);
  const isQuiet = from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  if (!isQuiet) return null;
  const left = (to - minute + dayMin) % dayMin;
  const end = Math.floor(at / minuteMs) * minuteMs + left * minuteMs;
  // The night on which clocks change is longer or shorter than it looks.
  const off = ((minuteOfDay(end, timeZone) - to + dayMin * 1.5) % dayMin) - dayMin / 2;
  return end - off * minuteMs;
}
