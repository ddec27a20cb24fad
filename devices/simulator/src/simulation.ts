import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import type { Log } from '@hearth/part';
import { readAccess, readAuthority } from './access.ts';
import {
  after,
  createFastClock,
  createSteppedClock,
  systemClock,
  type Clock,
  type SteppedClock,
} from './clock.ts';
import { durationMs } from './duration.ts';
import { createFaults, type Faults } from './faults.ts';
import { createGate } from './gate.ts';
import { startHome, type VirtualHome } from './home.ts';
import type { LedgerSink } from './ledger.ts';
import { Meter } from './meter.ts';
import { planHomes } from './plan.ts';
import type { SimulationFile } from './simulation-file.ts';
import { createTally, type Tally } from './tally.ts';

/** 1 is real time, 60 a minute in a second; `max` steps a clock as soon as all publishes are acknowledged. */
export type Speed = number | 'max';

export interface SimulationOptions {
  file: SimulationFile;
  /** So many devices in all; as the file says if not set. */
  devices?: number | undefined;
  speed: Speed;
  ledger?: LedgerSink | undefined;
  log: Log;
  onRefused?: (() => void) | undefined;
  /** A fault of the script begins: its line, for people. */
  onFault?: ((line: string) => void) | undefined;
}

/** How a simulation ended. */
export interface Summary {
  devices: number;
  /** Readings: measured, acknowledged by the broker, still in a buffer, and gone. */
  made: number;
  acknowledged: number;
  waiting: number;
  lost: number;
  /** Messages of every kind. */
  sent: number;
  received: number;
}

/** Homes that run. */
export interface Simulation extends AsyncDisposable {
  readonly homes: readonly VirtualHome[];
  /** How many there are in all homes. */
  readonly devices: number;
  readonly meter: Meter;
  readonly tally: Tally;
  readonly clock: Clock;
  readonly faults: Faults;
  /** Simulated time since its start, ms. */
  elapsedMs(): number;
  /** Resolves when so much simulated time has passed, or the signal came. */
  runFor(ms: number, signal: AbortSignal): Promise<void>;
  /** Measures no more, waits a little for what is on its way, and counts. */
  finish(): Promise<Summary>;
}

/** More homes than this are stepped as seldom as they report. */
const fineHomesMax = 20;
/** And settle for shorter before their start. */
const coarseSettlingMs = 2 * 3_600_000;
/** How long the end waits for what is on its way. */
const lastWaitMs = 5000;
const lookEveryMs = 50;

/**
 * Plans the homes of a file, gets their credentials and starts them.
 * @throws {SimulationFileError} and what {@link readAccess} throws.
 */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  const { file, speed, log } = options;
  const planned = planHomes(file, options.devices);
  const logins = await readAccess(file, planned);
  const ca = await readAuthority(file);
  const startAt = file.start === undefined ? Date.now() : Date.parse(file.start);
  const clock = clockOf(speed, startAt, file.start !== undefined);
  const meter = new Meter();
  const tally = createTally(options.ledger);
  const gate = createGate(file.connectsPerSecond);
  const periodMs = durationMs(file.period);
  const isCoarse = planned.length > fineHomesMax;
  const isWithoutReceipts = !(file.receipts ?? 'enrol' in file.access);
  let next = 0;
  const homes = planned.map(({ house, devices }, i) =>
    startHome({
      house,
      credentials: logins.slice(next, (next += devices.length)),
      ca,
      seed: file.seed,
      periodMs,
      keepaliveS: Math.max(1, Math.round(durationMs(file.keepalive) / 1000)),
      historyDays: durationMs(file.history) / 86_400_000,
      dir: null,
      log,
      clock,
      ledger: tally,
      gate,
      meter,
      isWithoutReceipts,
      isCoarse,
      ...(isCoarse && { phaseMs: (periodMs * i) / planned.length, settlingMs: coarseSettlingMs }),
      ...(options.onRefused && { onRefused: options.onRefused }),
    }),
  );
  const faults = createFaults(homes, clock, file.seed);
  script(file, clock, faults, options.onFault);
  return new Running(homes, { meter, tally, clock, faults, isWithoutReceipts });
}

/** Lets the file's faults come about at their time. @throws {FaultError} for one that cannot. */
function script(
  { faults: entries }: SimulationFile,
  clock: Clock,
  faults: Faults,
  onFault: SimulationOptions['onFault'],
): void {
  for (const { at, devices, fault, by, for: lasting } of entries) {
    const order = { devices, fault, by, forMs: lasting === undefined ? undefined : durationMs(lasting) };
    faults.check(order);
    const begin = (): void => {
      const ids = faults.start(order);
      onFault?.(
        `${fault} at ${devices}${lasting === undefined ? '' : ` for ${lasting}`}: ${countOf(ids.length)}`,
      );
    };
    after(clock, durationMs(at), begin);
  }
}

const countOf = (devices: number): string => (devices === 1 ? '1 device' : `${devices} devices`);

function clockOf(speed: Speed, startAt: number, isGiven: boolean): Clock | SteppedClock {
  if (speed === 'max') return createSteppedClock(startAt);
  return speed === 1 && !isGiven ? systemClock : createFastClock(startAt, speed);
}

class Running implements Simulation {
  readonly homes: readonly VirtualHome[];
  readonly meter: Meter;
  readonly tally: Tally;
  readonly clock: Clock | SteppedClock;
  readonly faults: Faults;
  readonly #isWithoutReceipts: boolean;
  readonly #startedAt: number;

  constructor(
    homes: readonly VirtualHome[],
    parts: Pick<Simulation, 'meter' | 'tally' | 'faults'> & {
      clock: Clock | SteppedClock;
      isWithoutReceipts: boolean;
    },
  ) {
    this.homes = homes;
    this.meter = parts.meter;
    this.tally = parts.tally;
    this.clock = parts.clock;
    this.faults = parts.faults;
    this.#isWithoutReceipts = parts.isWithoutReceipts;
    this.#startedAt = parts.clock.now();
  }

  get devices(): number {
    return this.homes.reduce((sum, { devices }) => sum + devices.length, 0);
  }

  elapsedMs(): number {
    return this.clock.now() - this.#startedAt;
  }

  async runFor(ms: number, signal: AbortSignal): Promise<void> {
    const until = this.clock.now() + ms;
    const { clock } = this;
    while (!signal.aborted && clock.now() < until) {
      if (!('stepTo' in clock)) await wait(Math.min(lookEveryMs, until - clock.now()));
      else if (this.#isQuiet()) clock.stepTo(Math.min(until, clock.nextAt()));
      else await nextTurn();
    }
  }

  async finish(): Promise<Summary> {
    for (const home of this.homes) home.pause();
    const giveUpAt = performance.now() + lastWaitMs;
    const { clock } = this;
    while (performance.now() < giveUpAt && (this.#waiting() > 0 || !this.#isQuiet())) {
      if ('stepTo' in clock && this.#isQuiet()) clock.stepTo(clock.nextAt());
      await wait(1);
    }
    const { made, acknowledged, dropped } = this.tally;
    const waiting = this.#waiting();
    return {
      devices: this.devices,
      made,
      acknowledged,
      waiting,
      lost: this.#isWithoutReceipts ? made - acknowledged - waiting : dropped,
      sent: this.meter.sent,
      received: this.meter.received,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.homes.map((home) => home[Symbol.asyncDispose]()));
  }

  /** Nothing is on its way, and no connection is being made. */
  #isQuiet(): boolean {
    return this.meter.inFlight === 0 && this.meter.opening === 0;
  }

  #waiting(): number {
    let sum = 0;
    for (const { devices } of this.homes) for (const { waiting } of devices) sum += waiting;
    return sum;
  }
}
