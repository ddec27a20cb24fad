import type { RawReadings } from '@hearth/store';

/** Makes a file of readings, piece by piece. Called in this order: `begin`, `add` for each slice, `end`. */
export interface Encoder {
  begin(): Uint8Array<ArrayBuffer>;
  /** Empty while an encoder gathers. */
  add(slice: RawReadings): Uint8Array<ArrayBuffer>;
  end(): Uint8Array<ArrayBuffer>;
}

export const nothing = new Uint8Array(0);
