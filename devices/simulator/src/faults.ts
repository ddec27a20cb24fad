import { createRandom } from '@hearth/heat';
import { after, type Clock } from './clock.ts';
import type { VirtualDevice } from './device.ts';
import { durationMs, parseDuration } from './duration.ts';
import { faultTable, usualBy, type FaultName } from './fault-table.ts';
import { garblerOf } from './garble.ts';
import type { Member, VirtualHome } from './home.ts';
import type { DeviceTrouble, RoomTrouble } from './trouble.ts';

/** One device of a simulation, where it stands, and what is wrong with it. */
interface Patient extends Member {
  home: VirtualHome;
}

/** A fault as it is asked for, by script or by hand. */
export interface FaultOrder {
  /** Ids; `*` stands for anything, several with commas. */
  devices: string;
  fault: FaultName;
  /** How much, where the fault has a measure; its usual one if not set. */
  by?: string | number | undefined;
  /** How long, ms; until it is mended if not set. */
  forMs?: number | undefined;
}

/** A fault cannot be brought about; the message says why. */
class FaultError extends Error {
  override readonly name = 'FaultError';
  readonly code = 'fault';
}

/** A fault that is on, at one device. */
interface Active {
  patient: Patient;
  fault: FaultName;
  room: RoomTrouble;
  garble: DeviceTrouble['garble'];
  wire: DeviceTrouble['wire'];
  stop(): void;
}

/** Brings faults about in running homes, and mends them. */
export interface Faults {
  /** @throws {FaultError} for an order that cannot be carried out. */
  check(order: FaultOrder): void;
  /** @returns the ids of the devices that have it now. @throws {FaultError} */
  start(order: FaultOrder): string[];
  /** Ends all faults of these devices. @returns their ids. @throws {FaultError} when there is no such device. */
  mend(devices: string): string[];
  /** What is wrong now, as `device fault`. */
  list(): string[];
}

/** @param seed Of the bytes of garbage. */
export function createFaults(homes: readonly VirtualHome[], clock: Clock, seed: number): Faults {
  const patients = homes.flatMap((home) => home.members.map((member) => ({ home, ...member })));
  let active: Active[] = [];

  const settle = ({ home, device, roomId }: Patient): void => {
    const mine = active.filter(({ patient }) => patient.device === device);
    applyToDevice(device, mine);
    if (roomId === null) return;
    const inRoom = active.filter(({ patient }) => patient.home === home && patient.roomId === roomId);
    const trouble = Object.assign({}, ...inRoom.map(({ room }) => room)) as RoomTrouble;
    home.disturb(roomId, Object.keys(trouble).length > 0 ? trouble : null);
  };
  const end = (ended: readonly Active[]): void => {
    active = active.filter((each) => !ended.includes(each));
    for (const each of ended) {
      each.stop();
      settle(each.patient);
      recover(
        each,
        active.some((other) => other.patient.device === each.patient.device && offAir.has(other.fault)),
      );
    }
  };

  const fitFor = ({ devices, fault }: FaultOrder): Patient[] => {
    const named = find(patients, devices);
    const affected =
      fault === 'power-cut' ? patients.filter(({ home }) => named.some((n) => n.home === home)) : named;
    const fit = affected.filter((patient) => canHave(patient, fault));
    if (fit.length === 0) throw new FaultError(`${devices} has nothing that ${fault} could strike`);
    return fit;
  };
  const begin = (patient: Patient, fault: FaultName, by: number): Active => {
    const sinceAt = clock.now();
    const random = createRandom(seed, `${patient.device.id}/${fault}`);
    return {
      patient,
      fault,
      room: roomTrouble(patient, fault, by, sinceAt),
      garble: garblerOf(fault, { by, sinceAt, random, device: patient.device }),
      wire: wireOf(fault, by),
      stop: strike(patient, fault, by, clock),
    };
  };

  return {
    check(order) {
      fitFor(order);
      amountOf(order.fault, order.by);
    },
    start(order) {
      const { fault, forMs } = order;
      const by = amountOf(fault, order.by);
      const begun = fitFor(order).map((patient) => begin(patient, fault, by));
      active.push(...begun);
      for (const { patient } of begun) settle(patient);
      for (const each of begun) hit(each);
      if (forMs !== undefined) after(clock, forMs, () => end(begun.filter((each) => active.includes(each))));
      return begun.map(({ patient }) => patient.device.id);
    },
    mend(devices) {
      const named = new Set(find(patients, devices).map(({ device }) => device));
      const ended = active.filter(({ patient }) => named.has(patient.device));
      end(ended);
      return [...new Set(ended.map(({ patient }) => patient.device.id))];
    },
    list: () => active.map(({ patient, fault }) => `${patient.device.id} ${fault}`),
  };
}

/** Nothing of a device is on the air while one of these is on. */
const offAir: ReadonlySet<FaultName> = new Set<FaultName>(['outage', 'dead-battery', 'power-cut']);

function find(patients: readonly Patient[], devices: string): Patient[] {
  const patterns = devices.split(',').map((glob) => {
    const escaped = glob.trim().replaceAll(/[^a-z0-9*]/g, String.raw`\$&`);
    return new RegExp(`^${escaped.replaceAll('*', '.*')}$`);
  });
  const found = patients.filter(({ device }) => patterns.some((pattern) => pattern.test(device.id)));
  if (found.length === 0) throw new FaultError(`there is no device ${devices}`);
  return found;
}

/** Faults of rooms need a room, and those of thermometers one that is a device's own. */
function canHave({ roomId, kind }: Patient, fault: FaultName): boolean {
  const { place } = faultTable[fault];
  if (place === 'sensor') return roomId !== null && kind !== 'heater';
  return place !== 'room' || roomId !== null;
}

/** The measure of a fault as a number: durations in ms, all else as it is. */
function amountOf(fault: FaultName, given: string | number | undefined): number {
  const usual = usualBy(fault);
  if (usual === undefined) {
    if (given !== undefined) throw new FaultError(`${fault} has no measure`);
    return 0;
  }
  if (given === undefined) return typeof usual === 'string' ? durationMs(usual) : usual;
  const amount = typeof usual === 'string' ? parseDuration(String(given)) : Number(given);
  if (amount === null || !Number.isFinite(amount))
    throw new FaultError(`${fault} takes by=${usual} or another such, got ${given}`);
  return amount;
}

function roomTrouble(
  { home, roomId, kind }: Patient,
  fault: FaultName,
  by: number,
  sinceAt: number,
): RoomTrouble {
  const share = Math.min(1, Math.max(0, by));
  if (fault === 'open-window') return { openShare: share };
  if (fault === 'broken-heater') return { heating: 0 };
  if (fault === 'stuck-valve') return { heating: share };
  if (roomId === null || kind === 'heater') return {};
  if (fault === 'frozen-sensor') return { [kind]: { frozenC: home.shownC(roomId, kind) } };
  return fault === 'drifting-sensor' ? { [kind]: { drift: { kPerS: by / 3600, sinceAt } } } : {};
}

/** Begins what goes on by itself while a fault lasts. @returns what ends it. */
function strike({ device }: Patient, fault: FaultName, by: number, clock: Clock): () => void {
  if (fault !== 'reboot-loop') return () => {};
  device.reboot();
  return clock.every(Math.max(1, by), () => device.reboot());
}

/** Sets a device's troubles to those that are on; the last of a kind wins. */
function applyToDevice(device: VirtualDevice, active: readonly Active[]): void {
  const has = (...names: FaultName[]): boolean => active.some(({ fault }) => names.includes(fault));
  const { trouble } = device;
  trouble.wire = active.findLast(({ wire }) => wire !== null)?.wire ?? null;
  trouble.garble = active.findLast(({ garble }) => garble !== null)?.garble ?? null;
  trouble.isBirthless = has('will-without-birth');
  trouble.isDead = has('dead-battery', 'power-cut');
  if (has(...offAir)) device.leaveAir();
}

function wireOf(fault: FaultName, by: number): DeviceTrouble['wire'] {
  if (fault === 'drop' || fault === 'duplicate' || fault === 'reorder') return { kind: fault };
  return fault === 'delay' ? { kind: fault, ms: by } : null;
}

/** What happens once, as a fault begins. */
function hit({ fault, patient: { device } }: Active): void {
  if (fault === 'half-open') device.freeze();
  if (fault === 'will-without-birth') device.cut();
}

/** What happens once, when a fault has ended. */
function recover({ fault, patient: { device } }: Active, isOffAir: boolean): void {
  if (fault === 'half-open' || fault === 'will-without-birth') device.cut();
  if (!offAir.has(fault) || isOffAir) return;
  if (fault !== 'outage') device.reboot();
  device.returnToAir();
}
