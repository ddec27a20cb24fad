import { refusalOf, type Refusal } from '../errors.ts';
import type { DeviceState } from '../hot/device.ts';
import { blockLimit } from '../sealed/blocks.ts';
import type { Engine } from './engine.ts';

const hourMs = 3_600_000;

/** What is hot for so long is sealed: a day, so that a day's digest has all of the day before. */
const longestHotMs = 24 * hourMs;

/** Cells in memory, of all devices: 24 MB. */
const cellLimit = 3_000_000;

/** After a refusal of the disk it is tried again. */
const pauseMs = 10_000;

/** Seals device by device, so that commits and queries are served between. */
export interface Sealer {
  /** Seals what is due, one device a turn of the event loop. */
  wake(): void;
  /** Seals all that is hot now, so that the database has everything. Throws what the disk refuses. */
  sealAll(): void;
  /** Why it does not go on at the moment. */
  refusal(): Refusal | null;
  stop(): void;
}

/** @param journalLimitB the journal goes on in its other file beyond it */
export function createSealer(
  engine: Engine,
  { journalLimitB, now }: { journalLimitB: number; now: () => number },
): Sealer {
  let refusal: Refusal | null = null;
  let isAwake = false;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  /** Of those that are due, the one that holds most. */
  function nextDue(): DeviceState | undefined {
    const hot = [...engine.devices.values()].filter(({ hotSince }) => hotSince !== null);
    const cells = hot.reduce((sum, { hot: { cells: own } }) => sum + own, 0);
    const isFull = cells > cellLimit;
    const due = isFull ? hot : hot.filter((device) => isDue(device, engine.journal.firstFrame, now()));
    return due.toSorted((a, b) => b.hot.cells - a.hot.cells)[0];
  }

  /** What else stands in the journal's other file has to be sealed before it is written to. */
  function turnIfFull(): void {
    const { length, firstFrame } = engine.journal;
    if (length < journalLimitB) return;
    for (const { hotSince } of engine.devices.values()) if (hotSince && hotSince.frame < firstFrame) return;
    engine.turn();
  }

  function step(): void {
    isAwake = false;
    if (isStopped) return;
    try {
      turnIfFull();
      const device = nextDue();
      if (device) engine.seal(device);
      refusal = null;
      if (device) wake();
      else sleep(60_000);
    } catch (error) {
      refusal = refusalOf(error);
      sleep(pauseMs);
    }
  }

  function wake(): void {
    if (isAwake || isStopped || refusal !== null) return;
    isAwake = true;
    setImmediate(step);
  }

  function sleep(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(step, ms).unref();
  }

  return {
    wake,
    sealAll() {
      for (const device of engine.devices.values()) if (device.hotSince) engine.seal(device);
      engine.saveWindows();
    },
    refusal: () => refusal,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function isDue({ hot, hotSince }: DeviceState, firstFrame: number, now: number): boolean {
  if (hot.count >= blockLimit) return true;
  return hotSince !== null && (hotSince.frame < firstFrame || now - hotSince.at > longestHotMs);
}
