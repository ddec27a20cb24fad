import type { Device, LiveEventName, LiveEvents } from '@hearth/contract';
import { sees, type Onlooker, type Whereabouts } from '../accounts/sight.ts';
import type { LiveMessage } from '../live.ts';

/** A message as somebody may see it; null for what is not for them. */
export type LiveFilter = (message: LiveMessage) => LiveMessage | null;

/** What says nothing about any room. */
const forAll = new Set<LiveEventName>(['hello', 'heartbeat', 'reset', 'rooms', 'health']);
/** About what only an owner may call. */
const forOwners = new Set<LiveEventName>(['transfer', 'check', 'probe', 'channels']);

/** `openAlerts` counts the open alerts that somebody sees. */
export function createLiveFilters(parts: {
  whereabouts: Whereabouts;
  deviceIds: () => string[];
  openAlerts: (person: Onlooker) => number;
}): (person: Onlooker & { role: string }) => LiveFilter {
  const { whereabouts, deviceIds, openAlerts } = parts;

  return (person) => {
    const isVisible = (id: string): boolean => {
      const room = whereabouts.ofDevice(id);
      return room !== undefined && sees(person, room);
    };
    /** Those that this person was shown: they are told when one goes, be it to another room. */
    const shown = new Set(deviceIds().filter(isVisible));

    function ofDevice(message: LiveMessage, { id, roomId }: Device): LiveMessage | null {
      if (sees(person, roomId) && isVisible(id)) {
        shown.add(id);
        return message;
      }
      return removed(message, [id]);
    }
    function removed(message: LiveMessage, ids: readonly string[]): LiveMessage | null {
      const gone = ids.filter((id) => shown.delete(id));
      if (gone.length === 0) return null;
      return { ...message, event: 'removed', data: JSON.stringify({ deviceIds: gone }) };
    }

    return (message) => {
      const { event, data } = message;
      if (forAll.has(event)) return message;
      if (forOwners.has(event)) return person.role === 'owner' ? message : null;
      if (person.rooms === null) return message;
      const said: unknown = JSON.parse(data);
      if (event === 'device') return ofDevice(message, said as Device);
      if (event === 'removed') return removed(message, (said as LiveEvents['removed']).deviceIds);
      if (event === 'alert') return { ...message, data: JSON.stringify({ open: openAlerts(person) }) };
      if (event === 'reading') return isVisible((said as LiveEvents['reading']).deviceId) ? message : null;
      if (event === 'command') return isVisible((said as LiveEvents['command']).deviceId) ? message : null;
      return null; // an event that this does not know is for nobody who is kept to some rooms
    };
  };
}
