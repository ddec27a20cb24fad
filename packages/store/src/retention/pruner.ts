import { refusalOf } from '../errors.ts';
import type { RetentionRule, RetentionState } from '../face.ts';
import type { Engine } from '../engine/engine.ts';
import type { Pruning } from '../sqlite/pruning.ts';
import type { Ballast } from './ballast.ts';
import type { ClockGuard } from './clock-guard.ts';

const hourMs = 3_600_000;

/** Deletes what is older than the rules say, device by device, so that commits and queries are served between. */
export interface Pruner {
  /** Takes new rules, and begins. */
  follow(rules: readonly RetentionRule[]): void;
  state(): RetentionState;
  stop(): void;
}

export function createPruner(parts: {
  engine: Engine;
  pruning: Pruning;
  clock: ClockGuard;
  ballast: Ballast;
  now: () => number;
}): Pruner {
  const { engine, pruning, clock, ballast, now } = parts;
  const state: RetentionState = { lastRunAt: null, readings: 0, waits: null };
  let rules: readonly RetentionRule[] = [];
  let left: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isRunning = false;

  function begin(): void {
    if (isStopped || isRunning) return;
    clearTimeout(timer);
    timer = setTimeout(begin, hourMs).unref();
    ballast.restore();
    state.waits = clock.look();
    if (state.waits !== null || rules.length === 0) return;
    left = [...engine.devices.keys()];
    isRunning = true;
    setImmediate(step);
  }

  /** One device, or some free pages; then the event loop turns. */
  function step(): void {
    if (isStopped) return;
    try {
      const name = left.pop();
      const device = name === undefined ? undefined : engine.devices.get(name);
      const id = device?.id ?? null;
      if (device && id !== null) {
        const gone = pruning.prune({ id, name: device.name }, rules, now());
        device.revision++;
        if (gone > 0) engine.history.reset();
        state.readings += gone;
      }
      if (name !== undefined || pruning.giveBack()) {
        setImmediate(step);
        return;
      }
      state.lastRunAt = now();
    } catch (error) {
      const { code, message } = refusalOf(error);
      state.waits = message;
      // The next hour's run finds this much room.
      if (code === 'SQLITE_FULL') ballast.drop();
    }
    isRunning = false;
  }

  timer = setTimeout(begin, hourMs).unref();
  return {
    follow(next) {
      rules = next;
      begin();
    },
    state: () => ({ ...state }),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
