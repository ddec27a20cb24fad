import type { BackupState, Device, Objective, QuantityName, Room } from '@hearth/contract';
import type { Still } from './stills.ts';

/** A temperature of a room and when it was measured. */
export interface Point {
  at: number;
  value: number;
}

/** A device as the conditions look at it. */
export interface DeviceSituation {
  device: Device;
  /** The gateway that speaks for it, where that is known. */
  gatewayId?: string;
  /** Rejected messages and missing readings that came in the hour before. */
  rejectedOfLate: number;
  missingOfLate: number;
  /** How often it came back in the hour before. */
  comingsOfLate: number;
  /** When its battery will be as good as empty; null where that is not known, or it is not low. */
  batteryEmptyAt: number | null;
  /** Quantities of which it reports that there is no value, and since when. */
  faults: readonly { quantity: QuantityName; fault?: string; since: number }[];
  /** How its thermometer stands; null where it has none, or it cannot be told now. */
  still: Still | null;
  /** When its firmware changed last, as we saw it; null: not since we know it. */
  firmwareChangedAt: number | null;
  /** How far its clock is ahead of ours by its newest message; null where that is not known. */
  clockAheadMs: number | null;
}

/** A room with what its devices said of late; figures are null where none is fresh enough to be believed. */
export interface RoomSituation {
  room: Room;
  temperature: number | null;
  setpoint: number | null;
  isHeating: boolean | null;
  /** Fresh temperatures of the last hour, oldest first. */
  temperatures: readonly Point[];
  /** Since when it is heated without a break, or is not; null: not known. */
  heatingSince: number | null;
}

/** All that alerts are judged by, at one moment. */
export interface Situation {
  now: number;
  /** Since when there is anything to look back on. */
  startedAt: number;
  /** Since when devices can be heard: our start, or the broker's return. What is older is nobody's silence. */
  hearingSince: number;
  broker: { isConnected: boolean; since: number | null };
  devices: readonly DeviceSituation[];
  rooms: readonly RoomSituation[];
  backup: BackupState;
  /** Free room on the disk of the readings in bytes, and years that it lasts; null where that is not known. */
  storage: { freeB: number | null; years: number | null; isWritable: boolean };
  /** When the broker's certificate ends, or that of its authority; null where there is none, or it was not seen. */
  certificateEndsAt: number | null;
  /** How far what is aimed at is met, and how fast the budget of errors goes. */
  objectives: readonly Objective[];
  /** Legs of the synthetic probe and what went wrong at each; null where it answers. */
  probes?: readonly { leg: string; problem: string | null }[];
}
