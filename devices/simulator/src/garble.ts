import type { Reading } from '@hearth/contract';
import type { Random } from '@hearth/heat';
import type { FaultName } from './fault-table.ts';
import type { DeviceTrouble } from './trouble.ts';

interface GarbleOptions {
  /** A duration in ms. */
  by: number;
  /** When it began, Unix ms. */
  sinceAt: number;
  random: Random;
  device: { readonly startedAt: number };
}

const hourMs = 3_600_000;
const garbageMaxBytes = 80;

/** What a fault of the payload makes of readings; null for a fault that leaves them as they are. */
export function garblerOf(fault: FaultName, options: GarbleOptions): DeviceTrouble['garble'] {
  const { by, sinceAt, random, device } = options;
  const shifted = (shiftMs: (at: number) => number) => (reading: Reading) => {
    const at = reading.at ?? sinceAt;
    return JSON.stringify({ ...reading, at: Math.round(at + shiftMs(at)) });
  };
  switch (fault) {
    case 'clock-skew':
      return shifted((at) => (by * (at - sinceAt)) / hourMs);
    case 'clock-jump':
      return shifted(() => by);
    case 'no-clock':
      return ({ at = sinceAt, ...rest }) =>
        JSON.stringify({ ...rest, uptime: Math.max(0, at - device.startedAt) });
    case 'garbage':
      return () =>
        Buffer.from(
          Array.from({ length: 1 + Math.floor(random() * garbageMaxBytes) }, () =>
            Math.floor(random() * 256),
          ),
        );
    case 'near-miss': {
      let count = 0;
      return (reading) => nearMisses[count++ % nearMisses.length]!(reading);
    }
    default:
      return null;
  }
}

/** Each breaks one rule of the contract, as firmware does by mistake. */
const nearMisses: readonly ((reading: Reading) => string)[] = [
  // Numbers as text.
  (reading) => edit(reading, { values: mapValues(reading, String) }),
  // A name that is not quite one.
  ({ values, ...rest }) => edit(rest, { value: values }),
  // No number of its own.
  (reading) => edit(reading, { seq: undefined }),
  // Seconds in place of milliseconds.
  (reading) => edit(reading, { at: Math.round((reading.at ?? 0) / 1000) }),
  // More than the contract has.
  (reading) => edit(reading, { rssi: -67 }),
  // The power-on value of a broken thermometer, and then some.
  (reading) =>
    edit(reading, { values: mapValues(reading, (value) => (typeof value === 'number' ? 9999 : value)) }),
  // C's printf of what is no number.
  (reading) => JSON.stringify(reading).replace(/"values":\{"(\w+)":[^,}]+/, '"values":{"$1":nan'),
  // A buffer that was too small.
  (reading) => JSON.stringify(reading).slice(0, -3),
];

function edit(reading: object, changes: object): string {
  return JSON.stringify({ ...reading, ...changes });
}

function mapValues(reading: Reading, change: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(reading.values).map(([name, value]) => [name, change(value)]));
}
