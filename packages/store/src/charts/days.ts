import type { DayCount, Gap } from '../face.ts';
import type { Spans } from '../hot/spans.ts';
import { chooseBuckets } from './edges.ts';
import { dayMs } from './widths.ts';

/** Numbers that are missing between two readings of one boot whose times are known, in order of time. */
export function gapsOf(boots: ReadonlyMap<number, Spans>): Gap[] {
  const gaps: Gap[] = [];
  for (const [boot, { list }] of boots)
    for (let i = 1; i < list.length; i++) {
      const before = list[i - 1]!;
      const after = list[i]!;
      if (Number.isNaN(before.lastAt)) continue;
      gaps.push({
        boot,
        first: before.last + 1,
        last: after.first - 1,
        from: before.lastAt,
        to: after.firstAt,
      });
    }
  return gaps.sort((a, b) => a.from - b.from);
}

/**
 * How many readings of a device are missing, and how many came again, day by day of a time zone; days without either
 * are left out. A gap counts on the day on which it begins, a repeat on that of its arrival.
 * @param repeats by hour of arrival
 */
export function countDays(
  gaps: readonly Gap[],
  repeats: readonly (readonly [hourAt: number, count: number])[],
  { from, to, timeZone }: { from: number; to: number; timeZone?: string },
): DayCount[] {
  const { edges } = chooseBuckets(from, to, Math.max(1, Math.ceil((to - from) / dayMs)), timeZone);
  const days = new Map<number, DayCount>();
  const dayOf = (at: number): DayCount => {
    const start = edges.findLast((edge) => edge <= at)!;
    let day = days.get(start);
    if (!day) days.set(start, (day = { start, missing: 0, duplicates: 0 }));
    return day;
  };
  for (const gap of gaps)
    if (gap.from >= from && gap.from < to) dayOf(gap.from).missing += gap.last - gap.first + 1;
  for (const [at, count] of repeats) if (at >= from && at < to) dayOf(at).duplicates += count;
  return [...days.values()].sort((a, b) => a.start - b.start);
}
