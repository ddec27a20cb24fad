import { alertKinds, type Alert, type Device, type Room } from '@hearth/contract';
import { keyOf } from './condition.ts';
import { conditions } from './conditions.ts';
import type { Firmware } from './firmwares.ts';
import { emptyMemory, findAll, step, type Change, type OpenAlert } from './machine.ts';
import { createObserver, type Present } from './observer.ts';
import type { Learnings } from './stills.ts';

const minuteMs = 60_000;
/** Where virtual time begins. */
export const beginAt = Date.UTC(2026, 10, 2, 12);

/** A device that is connected, and said `latest` at `at`. */
export function deviceAt(
  id: string,
  at: number,
  values: Record<string, number | boolean>,
  more: Partial<Device> = {},
): Device {
  const latest = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, at, receivedAt: at, isLate: false }]),
  );
  return {
    id,
    name: id,
    roomId: null,
    source: 'contract',
    role: 'device',
    about: null,
    ask: 'none',
    isOnline: true,
    onlineSince: at,
    offlineSince: null,
    lastMessageAt: at,
    latest,
    command: null,
    counts: { duplicates: 0, missing: 0, awaited: 0, rejected: 0 },
    ...more,
  };
}

export const roomOf = (id: string, devices: readonly string[]): Room => ({
  id,
  name: id,
  temperatureFrom: devices[0] ?? null,
  setpointFrom: devices[0] ?? null,
  heatingFrom: [...devices],
  deviceIds: [...devices],
});

/** A house in which all is well. */
export const calm: Present = {
  devices: [],
  rooms: [],
  clockAheadMs: () => null,
  comings: () => 0,
  batteryEmptyAt: () => null,
  gatewayOf: () => undefined,
  broker: { isConnected: true, since: beginAt },
  backup: { state: 'good', words: 'proven', lastGoodAt: beginAt, nextAt: null },
  storage: { freeB: 50e9, years: null, isWritable: true },
  probes: [],
  objectives: [],
  certificateEndsAt: null,
};

/** Conditions, observer and machine over virtual time, without a disk. */
export function startWatch(escalateMin: number | null = null) {
  /** Kept over restarts, as hearth.db does. */
  const firmwares = new Map<string, Firmware>();
  const learnings: Learnings = Object.assign(new Map(), { save: () => {} });
  let observe = createObserver(beginAt, firmwares, learnings);
  let memory = emptyMemory;
  let now = beginAt;
  let id = 0;
  const open = new Map<string, OpenAlert>();
  const rules = alertKinds.map((kind) => Object.assign({ kind, isOn: true }, conditions[kind]));

  const take = (change: Change): void => {
    if (change.what === 'resolved') open.delete(keyOf(change.alert.kind, change.alert.subject));
    else if (change.what === 'escalated') change.alert.escalatedAt = now;
    else if (change.what === 'fired') {
      const { kind, finding, since } = change;
      const alert: Alert = {
        id: ++id,
        kind,
        subject: finding.subject,
        name: finding.name,
        severity: conditions[kind].severity,
        deviceId: null,
        roomId: null,
        state: 'firing',
        title: '',
        why: finding.why,
        toDo: '',
        since,
        firedAt: now,
        acknowledgedAt: null,
        acknowledgedBy: null,
        mutedUntil: null,
        escalatedAt: null,
        resolvedAt: null,
      };
      open.set(keyOf(kind, finding.subject), { ...alert, isTold: true });
    }
  };
  /** Looks at what is there at a moment; gives what changed, as `what kind subject`. */
  function look(at: number, present: Present): string[] {
    now = at;
    const situation = observe(present, now);
    const next = step(memory, open, findAll(conditions, rules, situation, open), {
      now,
      times: (kind) => conditions[kind],
      escalateMin,
    });
    memory = next.memory;
    return next.changes.map((change) => {
      const { kind, subject } =
        change.what === 'fired' ? { kind: change.kind, subject: change.finding.subject } : change.alert;
      take(change);
      return `${change.what} ${kind} ${subject}`;
    });
  }
  return {
    open,
    look,
    /** Lets minutes pass, with a look every half of one; gives what changed. */
    pass(minutes: number, presentAt: (now: number) => Present): string[] {
      const said: string[] = [];
      for (const endAt = now + minutes * minuteMs; now < endAt;) {
        const at = now + minuteMs / 2;
        said.push(...look(at, presentAt(at)));
      }
      return said;
    },
    /** Our own restart: what was in memory is gone, and some minutes with it. */
    restart(awayMinutes: number, at = now + awayMinutes * minuteMs): void {
      now = at;
      observe = createObserver(now, firmwares, learnings);
      memory = emptyMemory;
    },
    now: () => now,
  };
}
