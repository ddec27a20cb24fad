import type { Reading } from '@hearth/contract';

/** What is wrong with one device now; its parts look here at each message. */
export interface DeviceTrouble {
  /** What happens to its readings between device and socket. */
  wire:
    | { kind: 'drop' }
    | { kind: 'duplicate' }
    | { kind: 'delay'; ms: number }
    /** Every second one is overtaken by the next. */
    | { kind: 'reorder' }
    | null;
  /** The bytes that are sent for a reading, where they are not its JSON. */
  garble: ((reading: Reading) => string | Buffer) | null;
  /** Connects, leaves a will, and never says a word. */
  isBirthless: boolean;
  /** Without power: measures nothing. */
  isDead: boolean;
}

/** What is wrong in one room now. */
export interface RoomTrouble {
  /** The window is at least this far open, 0 to 1. */
  openShare?: number;
  /** The heater gives this share of its power whatever the thermostat says, 0 to 1. */
  heating?: number;
  /** What is wrong with the thermometer in its thermostat, and in its sensor. */
  thermostat?: ThermometerTrouble;
  sensor?: ThermometerTrouble;
}

/** What is wrong with one thermometer. */
interface ThermometerTrouble {
  /** What it shows, whatever the room is like, °C. */
  frozenC?: number;
  /** How fast it drifts away from the truth, K/s, and since when (Unix ms). */
  drift?: { kPerS: number; sinceAt: number };
}
