import type { Log } from '@hearth/part';
import type { Clock } from './clock.ts';
import type { Gate } from './gate.ts';
import type { HouseBlueprint } from './house.ts';
import type { LedgerSink } from './ledger.ts';
import type { Login } from './link.ts';
import type { Meter } from './meter.ts';

/** What a home is made of, and what it runs on. */
export interface HomeOptions {
  house: HouseBlueprint;
  /** One for each of the house's devices; a device without one stays away. */
  credentials: readonly Login[];
  /** Authority (PEM) of an `mqtts:` broker; the public ones if not set. */
  ca?: string | undefined;
  /** The same seed gives the same weather and physics. */
  seed: number;
  /** Time between two readings of a device. */
  periodMs: number;
  keepaliveS: number;
  /** Days of past that a home without memory delivers first. */
  historyDays: number;
  /** Folder of what survives the process: state.json and buffer.jsonl. null keeps it in memory. */
  dir: string | null;
  log: Log;
  clock?: Clock;
  ledger?: LedgerSink;
  /** Where connections wait for their turn. */
  gate?: Gate;
  /** Counts what goes over the wires. */
  meter?: Meter;
  /** Nobody sends receipts: a reading is done with at its PUBACK. */
  isWithoutReceipts?: boolean;
  /** Steps the physics and looks at its devices only when they report: for thousands of homes. */
  isCoarse?: boolean;
  /** When after its start a coarse home first looks, ms. */
  phaseMs?: number;
  /** How long a house that starts anew has settled before, ms; a day if not set. */
  settlingMs?: number;
  /** The broker refuses the credentials of a device. */
  onRefused?: () => void;
}
