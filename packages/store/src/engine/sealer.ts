import { refusalOf, type Refusal } from '../errors.ts';
import type { DeviceState } from '../hot/device.ts';
import { blockLimit } from '../sealed/blocks.ts';
import type { Engine } from './engine.ts';
import type { SecondThread } from './second-thread.ts';

const hourMs = 3_600_000;

/** What is hot for so long is sealed: a day, so that a day's digest has all of the day before. */
const longestHotMs = 24 * hourMs;

/** After a refusal of the disk it is tried again. */
const pauseMs = 10_000;

/** With nothing due it looks again. */
const lookMs = 60_000;

/** Seals device by device, so that commits and queries are served between. */
export interface Sealer {
  /** Seals what is due, one device a turn of the event loop. */
  wake(): void;
  /** Seals all that is hot now, so that the database has everything. Throws what the disk refuses. */
  sealAll(): void;
  /** Why it does not go on at the moment. */
  refusal(): Refusal | null;
  /** Resolves when what the second thread is at is sealed. */
  stop(): Promise<void>;
}

/**
 * @param journalLimitB the journal goes on in its other file beyond it
 * @param cellsToShare from so many in memory on, of all devices, the second thread seals; with twice as many both do,
 * before more is taken in
 */
export function createSealer(
  engine: Engine,
  second: SecondThread,
  { journalLimitB, cellsToShare, now }: { journalLimitB: number; cellsToShare: number; now: () => number },
): Sealer {
  let refusal: Refusal | null = null;
  let isAwake = false;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  /** The device that the second thread is at, and until when. */
  let shared: DeviceState | null = null;
  let sharing: Promise<void> = Promise.resolve();

  /** Those with anything hot, the one that holds most first. */
  function hotDevices(): DeviceState[] {
    return [...engine.devices.values()]
      .filter(({ hotSince }) => hotSince !== null)
      .sort((a, b) => b.hot.cells - a.hot.cells);
  }

  /** What else stands in the journal's other file has to be sealed before it is written to. */
  function turnIfFull(): void {
    const { length, firstFrame } = engine.journal;
    if (length < journalLimitB) return;
    for (const { hotSince } of engine.devices.values()) if (hotSince && hotSince.frame < firstFrame) return;
    engine.turn();
  }

  /** Seals one device here, and lets the second thread begin with one; gives whether there is more to do at once. */
  function sealSome(): boolean {
    const hot = hotDevices();
    const cells = hot.reduce((sum, { hot: { cells: own } }) => sum + own, 0);
    const isDueNow = (device: DeviceState): boolean => isDue(device, engine.journal.firstFrame, now());
    if (shared === null) {
      if (cells > cellsToShare) sharing = share(hot.find(isDueNow) ?? hot[0]!);
      else if (cells < cellsToShare / 2) void second.rest();
    }
    const next = nextHere(hot, cells, isDueNow);
    if (next) engine.seal(next);
    return next !== undefined;
  }

  /** What is sealed on this thread: what is due; between the two limits nothing, as the second thread does it alone. */
  function nextHere(
    hot: readonly DeviceState[],
    cells: number,
    isDueNow: (device: DeviceState) => boolean,
  ): DeviceState | undefined {
    const mine = hot.filter((device) => device !== shared);
    if (cells > 2 * cellsToShare) return mine[0];
    return cells > cellsToShare ? undefined : mine.find(isDueNow);
  }

  async function share(device: DeviceState): Promise<void> {
    shared = device;
    try {
      const isSealed = await engine.sealBy(device, (work) => second.work(work));
      if (!isSealed && !isStopped && device.hotSince !== null && engine.devices.get(device.name) === device)
        engine.seal(device);
      wake();
    } catch (error) {
      refuse(error);
    } finally {
      shared = null;
    }
  }

  function refuse(error: unknown): void {
    refusal = refusalOf(error);
    sleep(pauseMs);
  }

  function step(): void {
    isAwake = false;
    if (isStopped) return;
    try {
      turnIfFull();
      const isMore = sealSome();
      refusal = null;
      if (isMore) wake();
      else sleep(lookMs);
    } catch (error) {
      refuse(error);
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
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await sharing;
      await second.rest();
    },
  };
}

function isDue({ hot, hotSince }: DeviceState, firstFrame: number, now: number): boolean {
  if (hot.count >= blockLimit) return true;
  return hotSince !== null && (hotSince.frame < firstFrame || now - hotSince.at > longestHotMs);
}
