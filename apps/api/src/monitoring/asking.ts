import type { Ask, AskOutcome, Device } from '@hearth/contract';
import type { Log } from '@hearth/part';
import { createHash } from 'node:crypto';
import { BrokerAwayError } from '../bridge/in-flight.ts';

/** Asks devices for their values by itself. */
export interface Asking extends Disposable {
  /** Asks whoever is due; by itself it does so each second. */
  look(): void;
  /** Every how many ms a device is asked; null where it is not. */
  periodOf(device: Device): number | null;
}

const lookMs = 1000;
const deadlineMs = 5000;
/** A device on a battery sleeps soon after it spoke. */
const awakeMs = 3000;

/**
 * Asks each device that names the question in its answer, in a period that begins at another moment for each. One that
 * is only told to report is not asked: its report would be a reading, and its rhythm that of the questions.
 * @param periodMs 0: nobody is asked.
 */
export function startAsking(parts: {
  devices: () => readonly Device[];
  ask: (device: Device, ask: Ask) => Promise<AskOutcome>;
  onEnd: (device: string, outcome: AskOutcome) => void;
  periodMs: number;
  now: () => number;
  monotonicMs: () => number;
  log: Log;
}): Asking {
  const { devices, ask, onEnd, periodMs, now, monotonicMs, log } = parts;
  const due = new Map<string, number>();

  const periodOf = (device: Device): number | null =>
    periodMs > 0 && (device.ask === 'contract' || device.ask === 'rpc') ? periodMs : null;

  async function askOne(device: Device): Promise<void> {
    try {
      onEnd(device.id, await ask(device, { deadlineMs: Math.min(deadlineMs, periodMs) }));
    } catch (error) {
      // Without the broker nobody can be asked, and no device is to blame.
      if (!(error instanceof BrokerAwayError)) log.warn({ err: error, device: device.id }, 'not asked');
    }
  }

  function look(): void {
    const atMs = monotonicMs();
    const asked = devices().filter((device) => periodOf(device) !== null);
    const ids = new Set(asked.map(({ id }) => id));
    for (const id of due.keys()) if (!ids.has(id)) due.delete(id);
    for (const device of asked) {
      const dueMs = due.get(device.id) ?? atMs + periodMs * (1 + phaseOf(device.id));
      due.set(device.id, dueMs);
      if (dueMs > atMs || device.isOnline === false) continue;
      if (isOnBattery(device) && now() - (device.lastMessageAt ?? 0) > awakeMs) continue;
      due.set(device.id, Math.max(dueMs + periodMs, atMs + periodMs / 2));
      void askOne(device);
    }
  }

  const timer = periodMs > 0 ? setInterval(look, lookMs).unref() : undefined;
  return { look, periodOf, [Symbol.dispose]: () => clearInterval(timer) };
}

function isOnBattery({ about, latest }: Device): boolean {
  return about?.power === undefined ? latest.battery !== undefined : about.power === 'battery';
}

/** The part of a period, [0, 1), at which a device has its turn: the same after each start. */
function phaseOf(id: string): number {
  return createHash('sha256').update(id).digest().readUInt32BE() / 2 ** 32;
}
