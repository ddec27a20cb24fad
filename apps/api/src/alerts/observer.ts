import type { BackupState, Device, Objective, QuantityName, Room } from '@hearth/contract';
import type { Firmwares } from './firmwares.ts';
import { createStills, type Learnings, type Still } from './stills.ts';
import type { DeviceSituation, Point, RoomSituation, Situation } from './situation.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Ten minutes more than the longest window that a condition looks back on. */
const rememberedMs = 70 * minuteMs;
/** The period taken for a device that states none. */
const defaultPeriodMs = 3 * minuteMs;
/** Where its rhythm is not known a value is believed up to four of its periods, and half a minute at least. */
const believedPeriods = 4;
const believedAtLeastMs = 30_000;

/** When a battery is empty is worked out of those that come near it alone, %. */
const batteryNearEmpty = 30;

/** What is looked at as it is now. */
export interface Present {
  devices: readonly Device[];
  rooms: readonly Room[];
  clockAheadMs: (device: string) => number | null;
  /** How often a device came back since our start. */
  comings: (device: string) => number;
  batteryEmptyAt: (device: Device) => number | null;
  /** The gateway that a device was heard through; undefined where that is not known. */
  gatewayOf: (device: string) => string | undefined;
  broker: { isConnected: boolean; since: number | null };
  backup: BackupState;
  storage: Situation['storage'];
  probes: NonNullable<Situation['probes']>;
  objectives: readonly Objective[];
  certificateEndsAt: number | null;
}

interface Seen {
  /** Counters as they were, oldest first, for what came within an hour. */
  counts: { at: number; missing: number; rejected: number; comings: number }[];
  /** Since when a quantity has no value. */
  faultySince: Map<QuantityName, number>;
}

interface RoomSeen {
  temperatures: Point[];
  isHeating: boolean | null;
  heatingSince: number | null;
}

const newSeen = (): Seen => ({ counts: [], faultySince: new Map() });
const newRoomSeen = (): RoomSeen => ({ temperatures: [], isHeating: null, heatingSince: null });

/** The newest value of a quantity where it may be believed, else null. */
function believed(device: Device | undefined, quantity: 'temperature' | 'setpoint' | 'heating', now: number) {
  const latest = device?.latest[quantity];
  if (!device || !latest || device.isOnline === false) return null;
  // What is wanted holds until something else is: its age says nothing.
  if (quantity === 'setpoint') return latest;
  const learned = device.freshness?.[quantity]?.state;
  if (learned !== undefined) return learned === 'live' || learned === 'late' ? latest : null;
  const periodMs = device.about?.quantities[quantity]?.periodMs ?? defaultPeriodMs;
  return now - latest.at <= Math.max(believedPeriods * periodMs, believedAtLeastMs) ? latest : null;
}

/** What a device reports without a value; since when is remembered. */
function faultsOf({ latest }: Device, faultySince: Seen['faultySince'], now: number) {
  return (Object.keys(latest) as QuantityName[]).flatMap((quantity) => {
    const { value, fault } = latest[quantity]!;
    if (value !== null) {
      faultySince.delete(quantity);
      return [];
    }
    const since = faultySince.get(quantity) ?? now;
    faultySince.set(quantity, since);
    return [{ quantity, since, ...(fault === undefined ? {} : { fault }) }];
  });
}

/**
 * Remembers what conditions look back on: counters, temperatures and heating of the last hour. In memory,
 * so that nothing is said of the hour in which we were away. `startedAt` is when devices can be heard from.
 */
export function createObserver(startedAt: number, firmwares: Firmwares, learnings: Learnings) {
  const seen = new Map<string, Seen>();
  const rooms = new Map<string, RoomSeen>();
  const stills = createStills(learnings);
  let hearingSince = startedAt;
  let wasConnected = true;

  function lookAtDevice(
    device: Device,
    present: Pick<Present, 'clockAheadMs' | 'comings' | 'batteryEmptyAt' | 'gatewayOf'>,
    { gateways, stills: stillOf }: { gateways: readonly string[]; stills: ReadonlyMap<string, Still> },
    now: number,
  ): DeviceSituation {
    const known = seen.get(device.id) ?? newSeen();
    seen.set(device.id, known);
    const { missing, rejected } = device.counts;
    const level = Number(device.latest.battery?.value ?? 100);
    const comings = present.comings(device.id);
    const version = device.about?.firmware;
    const before = firmwares.get(device.id);
    if (version !== undefined && version !== before?.version)
      firmwares.set(device.id, { version, changedAt: before ? now : null });
    const last = known.counts.at(-1);
    if (last?.missing !== missing || last.rejected !== rejected || last.comings !== comings)
      known.counts.push({ at: now, missing, rejected, comings });
    // The newest one that is older than an hour stays: from it the hour is counted.
    while ((known.counts[1]?.at ?? Infinity) <= now - hourMs) known.counts.shift();
    const [first] = known.counts;
    const only = gateways.length === 1 ? gateways[0] : undefined;
    const gatewayId = present.gatewayOf(device.id) ?? only;
    const isBehind = device.role === 'device' && device.source !== 'contract';
    return {
      device,
      ...(isBehind && gatewayId !== undefined ? { gatewayId } : {}),
      missingOfLate: Math.max(0, missing - (first?.missing ?? missing)),
      rejectedOfLate: Math.max(0, rejected - (first?.rejected ?? rejected)),
      comingsOfLate: Math.max(0, comings - (first?.comings ?? comings)),
      firmwareChangedAt: firmwares.get(device.id)?.changedAt ?? null,
      clockAheadMs: present.clockAheadMs(device.id),
      faults: faultsOf(device, known.faultySince, now),
      still: stillOf.get(device.id) ?? null,
      batteryEmptyAt: level < batteryNearEmpty ? present.batteryEmptyAt(device) : null,
    };
  }

  function lookAtRoom(room: Room, byId: ReadonlyMap<string, Device>, now: number): RoomSituation {
    const known = rooms.get(room.id) ?? newRoomSeen();
    rooms.set(room.id, known);
    const latest = believed(byId.get(room.temperatureFrom ?? ''), 'temperature', now);
    const temperature = typeof latest?.value === 'number' ? latest.value : null;
    if (temperature !== null && latest && latest.at > (known.temperatures.at(-1)?.at ?? 0))
      known.temperatures.push({ at: latest.at, value: temperature });
    while ((known.temperatures[0]?.at ?? now) < now - rememberedMs) known.temperatures.shift();

    const calls = room.heatingFrom.map((id) => believed(byId.get(id), 'heating', now)?.value);
    const isKnown = calls.length > 0 && calls.every((value) => typeof value === 'boolean');
    const isHeating = isKnown ? calls.includes(true) : null;
    if (isHeating !== known.isHeating) known.heatingSince = isHeating === null ? null : now;
    known.isHeating = isHeating;
    const setpoint = believed(byId.get(room.setpointFrom ?? ''), 'setpoint', now)?.value;
    return {
      room,
      temperature,
      setpoint: typeof setpoint === 'number' ? setpoint : null,
      isHeating,
      temperatures: known.temperatures,
      heatingSince: known.heatingSince,
    };
  }

  /** Takes what is there now, and gives all that alerts are judged by. */
  return function observe(present: Present, now: number): Situation {
    const { broker, backup, storage, probes, objectives, certificateEndsAt } = present;
    if (broker.isConnected && !wasConnected) hearingSince = now;
    wasConnected = broker.isConnected;
    const byId = new Map(present.devices.map((device) => [device.id, device]));
    for (const id of seen.keys()) {
      if (byId.has(id)) continue;
      seen.delete(id);
      firmwares.delete(id);
      stills.forget(id);
    }
    const seenStill = stills.look(present.devices, now);
    const gateways = present.devices.filter(({ role }) => role === 'gateway').map(({ id }) => id);
    return {
      now,
      startedAt,
      hearingSince,
      broker,
      backup,
      storage,
      probes,
      objectives,
      certificateEndsAt,
      devices: present.devices.map((device) =>
        lookAtDevice(device, present, { gateways, stills: seenStill }, now),
      ),
      rooms: present.rooms.map((room) => lookAtRoom(room, byId, now)),
    };
  };
}
