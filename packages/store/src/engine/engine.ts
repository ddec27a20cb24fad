import { absent } from '../codec/values.ts';
import type { ReplayWindow } from '../face.ts';
import { newDevice, takeArrival, type DeviceState } from '../hot/device.ts';
import { isCurrent, settle, takeSnapshot } from '../hot/snapshot.ts';
import type { Frame } from '../journal/frames.ts';
import { openJournal, type Journal } from '../journal/journal.ts';
import { decodeOperations, encodeOperations, type Operation } from '../journal/operations.ts';
import { countArrivals, unpackArrivals } from '../packing.ts';
import { sealedAt } from '../sealed/readings.ts';
import type { Change } from '../sealed/sealing.ts';
import type { Connection } from '../sqlite/database.ts';
import { openDeviceRows } from '../sqlite/device-rows.ts';
import { openForgetting } from '../sqlite/forgetting.ts';
import { openKeptNumber } from '../sqlite/kept-number.ts';
import { openSealedHistory, type SealedHistory } from '../sqlite/sealed-history.ts';
import { openSealing, type Work } from '../sqlite/sealing.ts';
import { openWindowRows } from '../sqlite/window-rows.ts';

/** What became of an operation: 1 for each arrival that was known, and the number of values stored. */
export interface Applied {
  isDuplicate: Uint8Array<ArrayBuffer>;
  readings: number;
}

/** All that is known, hot and sealed, and how it changes. */
export interface Engine {
  readonly devices: ReadonlyMap<string, DeviceState>;
  readonly windows: ReadonlyMap<string, ReplayWindow>;
  readonly history: SealedHistory;
  readonly journal: Pick<Journal, 'firstFrame' | 'lastFrame' | 'length'>;
  /**
   * Writes operations to the journal as one commit. Resolves when they are on disk, with what applies them in order: to
   * be called at once, or when the next are being written. One that begins devices anew comes alone: it seals up to its
   * own frame.
   */
  write(operations: readonly Operation[]): Promise<() => Applied[]>;
  /** Writes operations and applies them. */
  commit(operations: readonly Operation[]): Promise<Applied[]>;
  /** Seals what is hot of a device. Throws what the disk refuses; the device is as before. */
  seal(device: DeviceState): void;
  /**
   * Seals what is hot of a device now, with `work` done elsewhere, while more comes. False when that could not be: it is
   * not done in one piece, or what came meanwhile changed what it was done from. Rejects as `seal` throws, and as `work`.
   */
  sealBy(device: DeviceState, work: (work: Work) => Promise<Change>): Promise<boolean>;
  /** Writes the windows that moved into the database, which they otherwise reach when the journal turns. */
  saveWindows(): void;
  /** Goes on in the journal's other file; everything in it has to be sealed. */
  turn(): void;
  close(): Promise<void>;
}

/**
 * Opens the engine over a database and the journal beside it: what the journal has beyond what is sealed is hot.
 * @param stampMs instants are rounded to multiples of it
 */
export async function openEngine(
  db: Connection,
  journalPath: string,
  { stampMs, now, onDamage }: { stampMs: number; now: () => number; onDamage: (what: string) => void },
): Promise<Engine> {
  const history = openSealedHistory(db);
  const sealing = openSealing(db, history);
  const forgetting = openForgetting(db);
  const windowRows = openWindowRows(db);
  const journalFrom = openKeptNumber(db, 'journal-from');
  const devices = openDeviceRows(db).load();
  const windows = windowRows.load();
  const changedWindows = new Set<string>();
  /** While the journal is read: what is hot is as old as its arrival, and not as the process. */
  let isReading = true;

  function readSealed({ id }: DeviceState, quantity: string, at: number): number {
    return id === null ? absent : sealedAt(history, { device: id, quantity }, at);
  }

  function deviceOf(name: string): DeviceState {
    let device = devices.get(name);
    if (!device) devices.set(name, (device = newDevice(name)));
    return device;
  }

  function applyAppend(
    frame: number,
    { packed, windows: moved }: Extract<Operation, { kind: 'append' }>,
  ): Applied {
    const isDuplicate = new Uint8Array(countArrivals(packed));
    let readings = 0;
    unpackArrivals(packed, (arrival, place) => {
      const device = deviceOf(arrival.device);
      if (device.sealedFrame >= frame) return;
      device.hotSince ??= { frame, at: isReading ? arrival.receivedAt : now() };
      const taken = takeArrival(device, arrival, Math.round(arrival.at / stampMs) * stampMs, readSealed);
      if (taken === null) isDuplicate[place] = 1;
      else readings += taken;
    });
    for (const window of moved) {
      windows.set(window.device, window);
      changedWindows.add(window.device);
    }
    return { isDuplicate, readings };
  }

  /**
   * In the transaction that forgets the numbers everything before is sealed: what was told by them to be a repeat would
   * else be taken for new when the journal is read again.
   */
  function beginAnew(device: DeviceState, frame: number): void {
    const { name, boots, repeats } = newDevice(device.name);
    const anew = { ...device, boots, repeats, duplicates: 0 };
    const snapshot = takeSnapshot(anew, frame, now());
    settle(
      anew,
      snapshot,
      sealing.seal(snapshot, now(), () => forgetting.numbers(name)),
    );
    Object.assign(device, anew);
  }

  function applyEnd(
    frame: number,
    { kind, devices: names }: Exclude<Operation, { kind: 'append' }>,
  ): Applied {
    for (const name of names) {
      // Also where the rest was done before a restart: frames before this one have just moved it again.
      windows.delete(name);
      changedWindows.delete(name);
      const device = devices.get(name);
      if (device && device.sealedFrame >= frame) continue;
      if (kind === 'forget') {
        devices.delete(name);
        forgetting.all(name, now());
      } else if (device) beginAnew(device, frame);
      else forgetting.numbers(name);
    }
    return { isDuplicate: new Uint8Array(), readings: 0 };
  }

  function apply(frame: number, operation: Operation): Applied {
    return operation.kind === 'append' ? applyAppend(frame, operation) : applyEnd(frame, operation);
  }

  async function write(operations: readonly Operation[]): Promise<() => Applied[]> {
    const frame = await journal.append(encodeOperations(operations));
    return () => operations.map((operation) => apply(frame, operation));
  }

  function seal(device: DeviceState): void {
    const snapshot = takeSnapshot(device, journal.lastFrame, now());
    settle(device, snapshot, sealing.seal(snapshot, now()));
  }

  async function sealBy(device: DeviceState, work: (work: Work) => Promise<Change>): Promise<boolean> {
    const snapshot = takeSnapshot(device, journal.lastFrame, now());
    const given = sealing.workOf(snapshot);
    if (given === null) return false;
    const change = await work(given);
    if (devices.get(device.name) !== device || !isCurrent(device, snapshot)) return false;
    settle(device, snapshot, sealing.write(snapshot, given, change, now()));
    return true;
  }

  function saveWindows(): void {
    windowRows.save(Array.from(changedWindows, (name) => windows.get(name)!));
    changedWindows.clear();
  }

  const journal = await openJournal(journalPath, {
    from: journalFrom.get() ?? 1,
    after: Math.max(0, ...[...devices.values()].map(({ sealedFrame }) => sealedFrame)),
    onFrame: ({ number, payload }: Frame) => {
      for (const operation of decodeOperations(payload)) apply(number, operation);
    },
    onDamage,
  });
  isReading = false;

  return {
    devices,
    windows,
    history,
    journal,
    write,
    commit: async (operations) => (await write(operations))(),
    seal,
    sealBy,
    saveWindows,
    turn() {
      saveWindows();
      journalFrom.set(journal.firstFrame);
      journal.turn();
    },
    async close() {
      const isSealed = [...devices.values()].every(({ hotSince }) => hotSince === null);
      if (isSealed && changedWindows.size === 0) await journal.empty();
      await journal[Symbol.asyncDispose]();
    },
  };
}
