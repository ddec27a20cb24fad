import type { Log, Tracing } from '@hearth/part';
import type { Arrival, Fate, Store } from '@hearth/store';
import type { Database } from 'better-sqlite3';
import type { Devices } from '../devices/devices.ts';
import type { Gateways } from '../gateways.ts';
import { appendAll } from './append.ts';
import type { createAsks } from './ask.ts';
import { openClock } from './clock.ts';
import type { Commands } from './commands.ts';
import type { Delivery } from './connection.ts';
import type { Envelopes } from './envelopes.ts';
import type { Foreign } from './foreign.ts';
import { openInbox } from './inbox.ts';
import { createPatience } from './patience.ts';
import { rejected, type Heard } from './read-message.ts';
import { createReader } from './reader.ts';
import type { Receipts } from './receipts.ts';
import { wrong } from './rules.ts';
import { preciseNow, traceReadings } from './traces.ts';

/** A delivery, and what it says where that was read on arrival. */
interface Item {
  delivery: Delivery;
  heard?: Heard;
}

/** Messages that wait before the flow is stopped: about 5 MB. */
const fullAt = 10_000;

/**
 * From the broker to the disk: takes messages as they come, commits whatever waits as one batch, and only
 * then acknowledges each and sends the receipts. While the disk refuses nothing is acknowledged.
 */
export function openBatches(parts: {
  db: Database;
  store: Store;
  devices: Devices;
  log: Log;
  home: string;
  receipts: Receipts;
  asks: ReturnType<typeof createAsks>;
  commands: Commands;
  envelopes: Envelopes;
  foreign: Foreign;
  gateways: Gateways;
  tracing: Tracing | null;
  flow: { pause: () => void; resume: () => void };
}) {
  const { store, devices, log, home, receipts, asks, commands, envelopes, foreign, gateways, tracing, flow } =
    parts;
  const clock = openClock(parts.db);
  const patience = createPatience(log);
  const newestKey = receipts.newest;
  const reader = createReader({ home, devices, clock, newestKey, envelopes, foreign, gateways, asks });

  const commit = async (all: readonly Heard[], arrivals: readonly Arrival[]): Promise<void> => {
    await patience.until(() => {
      clock.save();
      devices.note(all.flatMap(({ notes }) => notes));
    });
    const fates = await appendAll(store, arrivals, patience, log, envelopes.movedWindows());
    noteStored(devices, commands, arrivals, fates);
  };
  const handle = async (batch: readonly Item[]): Promise<void> => {
    const begunAt = preciseNow();
    const sofar = { abouts: new Map(), keys: new Map() };
    const all = batch.flatMap(({ delivery, heard }) => heard ?? reader.read(delivery, sofar));
    const arrivals = all.flatMap(({ arrival }) => arrival ?? []);
    const readAt = preciseNow();
    try {
      await commit(all, arrivals);
    } catch (error) {
      // Ended while the disk refused: nothing is acknowledged, so that all of it comes again.
      if (patience.isOver) return;
      throw error;
    }
    const committedAt = preciseNow();
    for (const heard of all) {
      if (!heard.response) continue;
      const { device, response } = heard.response;
      commands.hearResponse(device, response);
      // Those of native devices were passed on as they came.
      asks.hear(device, heard, response.id);
    }
    for (const { delivery } of batch) delivery.acknowledge();
    for (const { arrival, turnedAway } of all) {
      if (arrival?.key) receipts.note(arrival.device, arrival.key);
      if (turnedAway) receipts.note(turnedAway.device, turnedAway.key);
    }
    if (tracing)
      traceReadings(tracing, arrivals, { begunAt, readAt, committedAt, acknowledgedAt: preciseNow() });
  };
  const inbox = openInbox<Item>({ fullAt, handle, onFull: flow.pause, onRoom: flow.resume });

  return {
    /** Why messages wait at the moment. */
    problem: (): string | undefined => patience.problem(),
    /** Takes one message. Answers to questions are passed on at once, as somebody waits for them. */
    take(delivery: Delivery): void {
      const response = reader.readResponse(delivery);
      if (response) asks.hear(response.device, response.heard, response.id);
      inbox.push(response && !response.isSealed ? { delivery, heard: response.heard } : { delivery });
    },
    /** What waits of a connection that is over comes again with the next one, unless it was of QoS 0. */
    dropUnacknowledged(): void {
      inbox.drop(({ delivery }) => delivery.qos > 0);
    },
    /** Forgets when a device that is no more had started. */
    forget: (device: string): void => clock.forget(device),
    async [Symbol.asyncDispose]() {
      patience.end();
      await inbox[Symbol.asyncDispose]();
    },
  };
}

/** Passes on what was stored; a reading that the store does not take (null) goes to the device's page. */
function noteStored(
  devices: Devices,
  commands: Commands,
  arrivals: readonly Arrival[],
  fates: readonly (Fate | null)[],
): void {
  const taken = arrivals.filter((_, index) => fates[index] !== null);
  devices.noteStored(
    taken,
    fates.filter((fate) => fate !== null),
  );
  commands.hearStored(taken);
  for (const { device, receivedAt, values } of arrivals.filter((_, index) => fates[index] === null)) {
    const rejection = wrong('store', '/values', 'values that can be stored', values);
    devices.note(rejected(device, { topic: '', receivedAt }, rejection).notes);
  }
}
