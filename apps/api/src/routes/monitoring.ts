import type { HeardDay } from '@hearth/contract';
import type { DayCount } from '@hearth/store';
import { createDayOf } from '../days.ts';
import type { AddRoute } from '../http/route.ts';
import type { HeardCounts } from '../monitoring/heard-days.ts';
import { daysKept } from '../monitoring/today.ts';
import { findDevice } from './devices.ts';
import type { Parts } from './parts.ts';

const dayMs = 86_400_000;

/** How a device is heard and how it answers. */
export function addMonitoringRoutes(
  addRoute: AddRoute,
  { devices, watch, home, store, now }: Pick<Parts, 'devices' | 'watch' | 'home' | 'store' | 'now'>,
): void {
  const timeZone = (): string => home.facts().timeZone;
  const dayOf = createDayOf(timeZone);

  addRoute('deviceMonitoring', async ({ params: { id } }) => {
    const device = findDevice(devices, id);
    const { isOnline, onlineSince, offlineSince, lastMessageAt, freshness = {} } = device;
    const range = { from: now() - daysKept * dayMs, to: now() };
    const stored = await store.days({ device: id, ...range, timeZone: timeZone() });
    return {
      connection: { isOnline, since: onlineSince ?? offlineSince },
      lastMessageAt,
      values: freshness,
      askedEveryMs: watch.asking.periodOf(device),
      asked: watch.askedDays.of(id),
      battery: await watch.batteries.of(device),
      heard: joinDays(devices.heardDays.of(id), stored, dayOf),
    };
  });
}

/** What the store counts of each day, and what we do; the newest day first. */
function joinDays(
  counted: readonly HeardCounts[],
  stored: readonly DayCount[],
  dayOf: (at: number) => string,
): HeardDay[] {
  const days = new Map<string, HeardDay>();
  const onDay = (day: string): HeardDay => days.get(day) ?? { day, ...nothing };
  for (const counts of counted) days.set(counts.day, { ...onDay(counts.day), ...counts });
  for (const { start, missing, duplicates } of stored) {
    const day = dayOf(start);
    days.set(day, { ...onDay(day), missing, duplicates });
  }
  return [...days.values()].toSorted((a, b) => (a.day < b.day ? 1 : -1));
}

const nothing: Omit<HeardDay, 'day'> = {
  missing: 0,
  duplicates: 0,
  late: 0,
  reordered: 0,
  reboots: 0,
  reconnects: 0,
  clockAheadMs: null,
};
