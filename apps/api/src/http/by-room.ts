import type { Alert, AlertsAnswer, Device } from '@hearth/contract';
import { createWhereabouts, sees, type Whereabouts } from '../accounts/sight.ts';
import { createLiveFilters } from './live-filter.ts';
import { createPermit, type Permit } from './permit.ts';

/** What holds people to their rooms: at a request, in an answer, and in the live stream. */
export interface ByRoom {
  permit: Permit;
  whereabouts: Whereabouts;
  filterFor: ReturnType<typeof createLiveFilters>;
}

export function createByRoom(parts: {
  devices: { get(id: string): Device | undefined; list(): Device[] };
  alerts: { state(): AlertsAnswer };
}): ByRoom {
  const { devices, alerts } = parts;
  const whereabouts = createWhereabouts(devices);
  const alertOf = (id: number): Alert | undefined => {
    const { open, history } = alerts.state();
    return [...open, ...history].find((alert) => alert.id === id);
  };
  return {
    permit: createPermit(whereabouts, alertOf),
    whereabouts,
    filterFor: createLiveFilters({
      whereabouts,
      deviceIds: () => devices.list().map(({ id }) => id),
      openAlerts: (person) =>
        alerts.state().open.filter((alert) => sees(person, whereabouts.ofAlert(alert))).length,
    }),
  };
}
