import type { AddRoute } from '../http/route.ts';
import { findDevice } from './devices.ts';
import type { Parts } from './parts.ts';

/** How a device is heard and how it answers. */
export function addMonitoringRoutes(
  addRoute: AddRoute,
  { devices, asking, askedDays }: Pick<Parts, 'devices' | 'asking' | 'askedDays'>,
): void {
  addRoute('deviceMonitoring', ({ params: { id } }) => {
    const device = findDevice(devices, id);
    const { isOnline, onlineSince, offlineSince, lastMessageAt, freshness = {} } = device;
    return {
      connection: { isOnline, since: onlineSince ?? offlineSince },
      lastMessageAt,
      values: freshness,
      askedEveryMs: asking.periodOf(device),
      asked: askedDays.of(id),
    };
  });
}
