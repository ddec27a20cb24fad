import { availabilityDays } from '@hearth/contract';
import { daysUpTo } from '../days.ts';
import type { AvailabilityTable, Tallies } from './availability-table.ts';
import { longestWindowMs, objectiveDays } from './objectives.ts';
import { sumOf, type Tally } from './tally.ts';

/** Fine tallies are kept by these. */
const slotMs = 300_000;

/** What was good and bad of each key, by day and of late by five minutes; in memory, and in its table when saved. */
export function openHistory(table: AvailabilityTable, dayOf: (at: number) => string) {
  const days: Tallies<string> = new Map();
  const slots: Tallies<number> = new Map();
  let news: { days: Tallies<string>; slots: Tallies<number> } = { days: new Map(), slots: new Map() };
  for (const { key, start, good, bad } of table.days()) put(days, key, start, { good, bad });
  for (const { key, start, good, bad } of table.slots()) put(slots, key, start, { good, bad });

  function add(key: string, at: number, tally: Tally): void {
    const slot = at - (at % slotMs);
    const day = dayOf(at);
    for (const tallies of [days, news.days]) put(tallies, key, day, tally);
    for (const tallies of [slots, news.slots]) put(tallies, key, slot, tally);
  }

  return {
    add,
    /** Adds time that went over a longer span, to the days and slots that it lies in. */
    addSpan(key: string, from: number, to: number, kind: keyof Tally): void {
      for (let start = from; start < to;) {
        const end = Math.min(to, start - (start % slotMs) + slotMs);
        add(key, start, { good: 0, bad: 0, [kind]: end - start });
        start = end;
      }
    },
    /** Of each of these days; undefined where nothing was kept. */
    ofDays: (key: string, wanted: readonly string[]): (Tally | undefined)[] =>
      wanted.map((day) => days.get(key)?.get(day)),
    month: (key: string, today: string): Tally =>
      sumOf(daysUpTo(today, objectiveDays).flatMap((day) => days.get(key)?.get(day) ?? [])),
    /** Of the last `ms`, to five minutes. */
    late(key: string, ms: number, now: number): Tally {
      const recent = [...(slots.get(key) ?? [])].filter(
        ([start]) => start > now - ms - slotMs && start <= now,
      );
      return sumOf(recent.map(([, tally]) => tally));
    },
    keys: (): Iterable<string> => days.keys(),
    /** On disk on return. @throws when the disk refuses; nothing is lost then, the next save has it. */
    save(now: number): void {
      const oldest = {
        day: daysUpTo(dayOf(now), availabilityDays)[0]!,
        slot: now - longestWindowMs - 2 * slotMs,
      };
      table.save(news, oldest, now);
      news = { days: new Map(), slots: new Map() };
      forget(days, oldest.day);
      forget(slots, oldest.slot);
    },
  };
}

function put<T>(tallies: Tallies<T>, key: string, start: T, { good, bad }: Tally): void {
  const ofKey = tallies.get(key) ?? new Map<T, Tally>();
  tallies.set(key, ofKey);
  const before = ofKey.get(start);
  ofKey.set(start, { good: (before?.good ?? 0) + good, bad: (before?.bad ?? 0) + bad });
}

function forget<T>(tallies: Tallies<T>, oldest: T): void {
  for (const [key, ofKey] of tallies) {
    for (const start of ofKey.keys()) if (start < oldest) ofKey.delete(start);
    if (ofKey.size === 0) tallies.delete(key);
  }
}
