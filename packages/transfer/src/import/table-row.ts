import type { Intake } from './intake.ts';

/** A row of a table of readings, its cells as the file has them. */
export interface TableRow {
  time: unknown;
  device: unknown;
  quantity: unknown;
  value: unknown;
  unit: unknown;
}

/** Names of the columns that a table must have. */
export const neededColumns = ['time', 'device', 'quantity', 'value'] as const;

/** Takes one row in. The name of its source is that of the device: a mapping sends all of it elsewhere. */
export function takeRow(
  intake: Intake,
  { time, device, quantity, value, unit }: TableRow,
  row: number,
): void {
  if (typeof device !== 'string') return intake.skip('device', row, device, 'the name of a device');
  if (typeof quantity !== 'string') return intake.skip('quantity', row, quantity, 'the name of a quantity');
  if (unit !== null && unit !== undefined && typeof unit !== 'string')
    return intake.skip('unit', row, unit, 'a unit, or nothing');
  const at = typeof time === 'bigint' ? String(time) : time;
  if (typeof at !== 'string' && typeof at !== 'number')
    return intake.skip('time', row, time, 'a time such as 2026-11-30T18:00:00.000Z');
  intake.take({ name: device, device, quantity, unit: unit ?? null, at, value }, row);
}
