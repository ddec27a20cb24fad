import type { RollupColumns } from '../charts/rollup.ts';

/** A sealed stretch of one device: the instants at which it reported anything, and a column for each quantity. */
export interface Block {
  id: number;
  /** Its first and its last instant. Blocks of a device do not overlap. */
  first: number;
  last: number;
  /** Instants. */
  count: number;
}

/** A series of which something may be sealed. */
export interface SealedSeries {
  device: number;
  quantity: string;
}

/** What is sealed, decoded as it is asked for. */
export interface History {
  /** Those of a device that touch `[from, to)`, in order. */
  blocks(device: number, from: number, to: number): Block[];
  /** The instants of a block. @throws {DamagedBytesError} */
  times(block: number): Float64Array;
  /** The values of a quantity at these instants; null where the block has none. @throws {DamagedBytesError} */
  values(quantity: string, block: number): Float64Array | null;
  /** Those of a series whose buckets begin in `[from, to)`, in order, some columns after the other. @throws {DamagedBytesError} */
  rollups(series: SealedSeries, widthMs: number, from: number, to: number): RollupColumns[];
}
