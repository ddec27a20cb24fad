import { type Message, thermostatQuantities } from '../data-set.ts';
import { decodeColumns, encodeColumns } from '../columns.ts';

/** Messages of thermostats as columns: number in the device's name, instant, and the value of each quantity. */
export interface ThermostatRows {
  device: Float64Array;
  at: Float64Array;
  values: Float64Array[];
}

/** Messages for the SQLite schemas that are served by us: as easy to read as can be, so that only SQL is measured. */
export function encodeRows(messages: readonly Message[]): Uint8Array {
  const column = (valueOf: (message: Message) => number): Float64Array =>
    Float64Array.from(messages, valueOf);
  return encodeColumns([
    column(({ part }) => Number(part.device.name.replace(/^\D+/, ''))),
    column(({ part, row }) => part.at[row]!),
    ...thermostatQuantities.map((_, i) => column(({ part, row }) => part.values[i]![row]!)),
  ]);
}

/** The inverse of {@link encodeRows}. */
export function decodeRows(body: Buffer): ThermostatRows {
  const [device, at, ...values] = decodeColumns(body);
  return { device: device!, at: at!, values };
}
