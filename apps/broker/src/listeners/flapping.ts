import type { Breach } from '../access/access.ts';
import { connectsPerMinuteMax, flappingBanMs } from '../limits.ts';

/** Notices sessions that connect again and again: two devices with one name throw each other out for ever. */
export interface Flapping {
  /** Notes a connection that showed a right secret; why it may not come in, or null. */
  connect(session: string, address: string): Breach | null;
}

interface Visits {
  /** When it came, monotonic milliseconds; at most one more than are allowed. */
  at: number[];
  bannedUntil: number;
}

const minuteMs = 60_000;
/** Sessions and addresses remembered at once. */
const visitsMax = 5000;

/** @param connectsMax connections of one session from one address within a minute */
export function createFlapping(connectsMax = connectsPerMinuteMax, now = () => performance.now()): Flapping {
  const all = new Map<string, Visits>();

  const forgetOld = (at: number): void => {
    for (const [name, { at: times, bannedUntil }] of all)
      if (bannedUntil < at && (times.at(-1) ?? 0) < at - minuteMs) all.delete(name);
    for (const name of all.keys()) {
      if (all.size < visitsMax) return;
      all.delete(name);
    }
  };
  return {
    connect(session, address) {
      const at = now();
      const name = `${session} ${address}`;
      if (all.size >= visitsMax && !all.has(name)) forgetOld(at);
      const visits = all.get(name) ?? { at: [], bannedUntil: 0 };
      all.set(name, visits);
      if (visits.bannedUntil <= at) {
        visits.at = [...visits.at.filter((then) => then > at - minuteMs), at];
        if (visits.at.length <= connectsMax) return null;
        visits.bannedUntil = at + flappingBanMs;
        visits.at = [];
      }
      const minutes = Math.ceil((visits.bannedUntil - at) / minuteMs);
      return {
        rule: 'flapping',
        detail: `At most ${connectsMax} connections a minute; refused from this address for ${minutes} min. Do two devices use this name?`,
      };
    },
  };
}
