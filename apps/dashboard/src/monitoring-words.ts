import type { AskedDay, DeviceMonitoring, HeardDay, ValueFreshness } from '@hearth/contract';
import { duration, span, type Format } from './format.ts';
import { listWords } from './list-words.ts';

const rhythms: Readonly<Record<ValueFreshness['rhythm'], (often: string) => string>> = {
  unlearned: () => 'its rhythm is being learned',
  periodic: (often) => `comes every ${often}`,
  'on-change': (often) => `comes when it changes, within ${often}`,
  sleepy: (often) => `comes every ${often}, sleeps in between`,
};

/** How a value is reported, as learned. */
export function rhythmWords({ rhythm, expectedMs }: Pick<ValueFreshness, 'rhythm' | 'expectedMs'>): string {
  return rhythms[rhythm](duration(expectedMs));
}

/** What went wrong on a day, in words; empty where nothing did. A clock is told from a second on. */
export function troubleWords(day: HeardDay, format: Format): string {
  const counted: readonly (readonly [count: number, words: string])[] = [
    [day.missing, 'missing'],
    [day.duplicates, 'came twice'],
    [day.late, 'came late'],
    [day.reordered, 'out of order'],
    [day.reboots, day.reboots === 1 ? 'restart' : 'restarts'],
    [day.reconnects, day.reconnects === 1 ? 'new connection' : 'new connections'],
  ];
  const words = counted.flatMap(([count, what]) => (count > 0 ? [`${format.number(count)} ${what}`] : []));
  const offMs = day.clockAheadMs ?? 0;
  const clock = `clock ${duration(Math.abs(offMs))} ${offMs > 0 ? 'ahead' : 'behind'}`;
  return (Math.abs(offMs) >= 1000 ? [...words, clock] : words).join(', ');
}

/** What became of the questions of a day that no answer came to; empty where all were answered. */
export function unansweredWords({ timedOut, refused, malformed }: AskedDay, format: Format): string {
  const counted: readonly (readonly [count: number, words: string])[] = [
    [timedOut, 'without an answer'],
    [refused, 'refused'],
    [malformed, 'not understood'],
  ];
  return listWords(
    counted.flatMap(([count, what]) => (count > 0 ? [`${format.number(count)} ${what}`] : [])),
  );
}

/** A round trip, or a dash where there was none. */
export function tripWords(ms: number | null, format: Format): string {
  return ms === null ? '–' : span(ms, format.locale);
}

/** How long a battery lasts; `nowAt` in Unix ms. */
export function batteryWords(battery: DeviceMonitoring['battery'], nowAt: number, format: Format): string {
  if (!battery) return 'Too early to say how long it lasts.';
  const month = format.part(battery.emptyAt, { month: 'long', year: 'numeric' });
  return battery.emptyAt <= nowAt
    ? 'As good as empty, by how it fell.'
    : `Lasts until about ${month}: it falls by ${format.number(battery.fallPerMonth, 1)} % a month.`;
}

/** Some moment of a day that all time zones but the outermost have on that day, Unix ms. */
export const momentOf = (day: string): number => Date.parse(`${day}T11:00:00Z`);
