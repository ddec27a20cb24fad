import type { QuantityName } from '@hearth/contract';
import { createRandom } from '../../faults/random.ts';
import { createNormal, createRoom, periodMs, type Room } from './room.ts';

export const dayMs = 86_400_000;

/** The data end here, the same in every run: 2026-01-01T00:00Z. */
export const endAt = Date.UTC(2026, 0, 1);

/** A device of the data set and the days, counted back from the end, that it was there for. */
export interface Device extends Room {
  name: string;
  quantities: readonly QuantityName[];
  days: number;
}

/** What a device measured in one day: one column of instants that all its quantities share. */
export interface DeviceDay {
  device: Device;
  at: Float64Array;
  /** By place in `device.quantities`. A switch is 0 or 1. */
  values: Float64Array[];
}

/** One message of a device: a row of its day. */
export interface Message {
  part: DeviceDay;
  row: number;
}

export const thermostatQuantities = ['temperature', 'setpoint', 'power', 'heating'] as const;

const founders = 3;
const latecomers = 9;
const yearDays = 365;

/** Of three in five the resolution is 0.1 K and of three in five a plug measures the power, as homes have both. */
function thermostat(index: number, days: number): Device {
  return {
    name: `room-${String(index + 1).padStart(2, '0')}`,
    quantities: thermostatQuantities,
    days,
    seed: 1000 + index,
    resolutionK: index % 5 === 1 || index % 5 === 4 ? 0.01 : 0.1,
    hasPlug: index % 5 === 0 || index % 5 === 2 || index % 5 === 3,
  };
}

/**
 * A home of 50 series at 10 s: three rooms for a year, with three fifths of the readings, and nine more and a sensor
 * that came later. With less than about 63 million readings there are fewer days, not fewer series.
 */
export function createHome(readings: number): Device[] {
  const perDay = dayMs / periodMs;
  const foundersDays = Math.min(yearDays, Math.ceil((readings * 0.6) / (founders * 4 * perDay)));
  const rest = readings - foundersDays * founders * 4 * perDay;
  const latecomersDays = Math.min(foundersDays, Math.ceil(rest / ((latecomers * 4 + 2) * perDay)));
  return [
    ...Array.from({ length: founders }, (_, i) => thermostat(i, foundersDays)),
    ...Array.from({ length: latecomers }, (_, i) => thermostat(founders + i, latecomersDays)),
    {
      ...thermostat(founders + latecomers, latecomersDays),
      name: 'hall',
      quantities: ['temperature', 'heating'],
    },
  ];
}

/** Whether a home is as large as the bars mean it. */
export const isWhole = (devices: readonly Device[]): boolean => devices[0]!.days === yearDays;

/** Rooms that were there for so many days. */
export const createRooms = (count: number, days: number): Device[] =>
  Array.from({ length: count }, (_, i) => thermostat(i, days));

/** Every day of every device, day by day; memory holds one day of all of them. */
export function* daysOf(devices: readonly Device[]): Generator<DeviceDay[]> {
  const walks = devices.map(walkDevice);
  for (let day = Math.max(...devices.map(({ days }) => days)); day > 0; day--)
    yield walks.flatMap((walk, i) => (devices[i]!.days >= day ? [walk.next().value!] : []));
}

/** The messages of one day in the order in which they were measured. */
function* inOrder(parts: readonly DeviceDay[]): Generator<Message> {
  // Instant and device in one number, which a typed array sorts at once.
  const places = 1024;
  const keys = new Float64Array(parts.reduce((sum, { at }) => sum + at.length, 0));
  let filled = 0;
  for (const [i, { at }] of parts.entries()) for (const instant of at) keys[filled++] = instant * places + i;
  keys.sort();
  const rows = parts.map(() => 0);
  for (const key of keys) {
    const i = key % places;
    yield { part: parts[i]!, row: rows[i]!++ };
  }
}

/** Messages of the data set in order: those after the first `skip`, at most so many. */
export function* messagesOf(
  devices: readonly Device[],
  skip = 0,
  atMost = Infinity,
): Generator<Message, undefined> {
  let place = 0;
  for (const parts of daysOf(devices))
    for (const message of inOrder(parts)) {
      if (place >= skip + atMost) return;
      if (place >= skip) yield message;
      place += 1;
    }
}

export const readingsOf = ({ device, at }: DeviceDay): number => at.length * device.quantities.length;

/**
 * Instants in ms: the device's own grid, with a jitter of 12 ms and every twentieth message later by 120 ms on average.
 * Three in a thousand are missing, and fifteen times a year the device is off for an hour on average.
 */
function* walkDevice(device: Device): Generator<DeviceDay> {
  const perDay = dayMs / periodMs;
  const measure = createRoom(device, (yearDays - device.days) * perDay);
  const random = createRandom(device.seed * 7919);
  const normal = createNormal(random);
  const phaseMs = Math.floor(random() * (periodMs - 2000)) + 500;
  const meanOf = (mean: number): number => -mean * Math.log(1 - random());
  let offSteps = 0;
  for (let day = device.days; day > 0; day--) {
    const at = new Float64Array(perDay);
    const values = device.quantities.map(() => new Float64Array(perDay));
    let count = 0;
    let last = endAt - day * dayMs;
    for (let step = 0; step < perDay; step++) {
      const measured = measure() as Partial<Record<QuantityName, number>>;
      if (offSteps > 0) offSteps -= 1;
      else if (random() < 15 / (yearDays * perDay)) offSteps = Math.ceil(meanOf(3_600_000 / periodMs));
      if (offSteps > 0 || random() < 0.003) continue;
      const lateMs = 12 * normal() + (random() < 0.05 ? meanOf(120) : 0);
      last = Math.max(last + 1, Math.round(endAt - day * dayMs + step * periodMs + phaseMs + lateMs));
      at[count] = last;
      for (const [i, quantity] of device.quantities.entries()) values[i]![count] = measured[quantity]!;
      count += 1;
    }
    yield { device, at: at.subarray(0, count), values: values.map((column) => column.subarray(0, count)) };
  }
}
