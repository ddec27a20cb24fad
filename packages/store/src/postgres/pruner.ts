import { refusalOf } from '../errors.ts';
import type { RetentionRule, RetentionState } from '../face.ts';
import { createClockGuard } from '../retention/clock-guard.ts';
import type { Connections, Run } from './connections.ts';
import { lockDevices } from './device-rows.ts';
import { pruneDevice } from './pruning.ts';

const hourMs = 3_600_000;

/** Deletes what is older than the rules say, device by device, by the clock of the server. */
export interface PostgresPruner {
  /** Takes new rules, and begins. */
  follow(rules: readonly RetentionRule[]): void;
  state(): RetentionState;
  /** Resolves when the device that is being pruned is. */
  stop(): Promise<void>;
}

interface Clock {
  now: number;
  /** When it was last looked at; null before the first time. */
  seenAt: number | null;
}

export async function startPruner(connections: Connections): Promise<PostgresPruner> {
  const state: RetentionState = { lastRunAt: null, readings: 0, waits: null };
  const clock = await connections.read(readClock);
  const guard = createClockGuard(
    () => clock.now,
    () => performance.now(),
    { get: () => clock.seenAt, set: (at) => void (clock.seenAt = at) },
  );
  let rules: readonly RetentionRule[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let running: Promise<void> | null = null;

  function begin(): void {
    if (isStopped || running) return;
    clearTimeout(timer);
    timer = setTimeout(begin, hourMs).unref();
    running = prune().finally(() => (running = null));
  }

  async function prune(): Promise<void> {
    try {
      clock.now = (await connections.read(readClock)).now;
      state.waits = guard.look();
      await connections.write((run) => saveClock(run, clock.now));
      if (state.waits !== null || rules.length === 0) return;
      await pruneAll();
    } catch (error) {
      state.waits = refusalOf(error).message;
    }
  }

  async function pruneAll(): Promise<void> {
    const devices = await connections.read((run) => run<{ name: string }>('SELECT name FROM hearth.device'));
    for (const { name } of devices) {
      if (isStopped) return;
      state.readings += await connections.write(async (run) => {
        const device = (await lockDevices(run, new Set(), new Set([name]))).get(name);
        return device ? pruneDevice(run, device, rules, clock.now) : 0;
      });
    }
    state.lastRunAt = Date.now();
  }

  timer = setTimeout(begin, hourMs).unref();
  return {
    follow(next) {
      rules = next;
      begin();
    },
    state: () => ({ ...state }),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

const clockName = 'clock-seen-at';

async function readClock(run: Run): Promise<Clock> {
  const [clock] = await run<Clock>(
    `SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now,
       (SELECT value::bigint FROM hearth.setting WHERE name = $1) AS "seenAt"`,
    [clockName],
  );
  return clock!;
}

async function saveClock(run: Run, now: number): Promise<void> {
  await run(
    'INSERT INTO hearth.setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    [clockName, String(now)],
  );
}
