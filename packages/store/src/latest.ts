import type { QuantityName } from '@hearth/contract';
import type { LatestReading, SeriesName } from './face.ts';
import type { Latest } from './hot/device.ts';
import { decodeValue } from './values.ts';

/** The newest reading of a series; NaN is a null. */
export type StoredLatest = SeriesName & Latest;

/** Newest readings column by column: an object for each would take five times as long from thread to thread. */
export interface LatestColumns {
  devices: string[];
  quantities: QuantityName[];
  faults: (string | null)[];
  /** Of each: instant, value (NaN is null), arrival, and 1 where it came late. */
  numbers: Float64Array<ArrayBuffer>;
}

const width = 4;

export function packLatest(all: readonly StoredLatest[]): LatestColumns {
  const numbers = new Float64Array(all.length * width);
  const packed: LatestColumns = { devices: [], quantities: [], faults: [], numbers };
  let place = 0;
  for (const { device, quantity, fault, at, value, receivedAt, isLate } of all) {
    packed.devices.push(device);
    packed.quantities.push(quantity);
    packed.faults.push(fault);
    numbers[place++] = at;
    numbers[place++] = value;
    numbers[place++] = receivedAt;
    numbers[place++] = isLate ? 1 : 0;
  }
  return packed;
}

/** The inverse of {@link packLatest}, as the face tells it. */
export function unpackLatest({ devices, quantities, faults, numbers }: LatestColumns): LatestReading[] {
  const all: LatestReading[] = [];
  for (let i = 0, place = 0; i < devices.length; i++, place += width) {
    const quantity = quantities[i]!;
    const reading: LatestReading = {
      device: devices[i]!,
      quantity,
      value: decodeValue(quantity, numbers[place + 1]!),
      at: numbers[place]!,
      receivedAt: numbers[place + 2]!,
      isLate: numbers[place + 3] === 1,
    };
    const fault = faults[i]!;
    if (fault !== null) reading.fault = fault;
    all.push(reading);
  }
  return all;
}
