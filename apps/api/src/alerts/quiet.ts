import type { AlertSettings } from '@hearth/contract';

const minuteMs = 60_000;

const minutesOf = (time: string): number => {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
};

/** Gives minutes of the day on the clock of a time zone. */
function createClock(timeZone: string): (at: number) => number {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (at) => minutesOf(clock.format(at));
}

/**
 * When the quiet hours end in which `at` lies: the first minute that is in none on the home's clock, whatever that clock
 * skips or repeats in this night; null when it lies in none.
 */
export function quietUntil(at: number, quiet: AlertSettings['quiet'], timeZone: string): number | null {
  if (!quiet) return null;
  const [from, to] = [minutesOf(quiet.from), minutesOf(quiet.to)];
  const minuteOfDay = createClock(timeZone);
  const isQuiet = (instant: number): boolean => {
    const minute = minuteOfDay(instant);
    return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
  };
  if (!isQuiet(at)) return null;
  let end = Math.floor(at / minuteMs) * minuteMs;
  while (isQuiet(end)) end += minuteMs;
  return end;
}
