import type { Health } from '@hearth/contract';
import type { Store } from '@hearth/store';
import type { Backups } from './backups/backups.ts';
import type { Bridge } from './bridge/bridge.ts';
import type { Live } from './live.ts';
import type { Probe } from './probe/probe.ts';
import { version } from './version.ts';

/** How the platform is, for the health route and the live stream. */
export interface HealthWatch extends Disposable {
  health(): Health;
}

/** How often changes are looked for: what people wait for is a second, not a minute. */
const lookMs = 1000;

/** Tells the open dashboards when the platform's health changes. `now` is the wall clock, Unix ms. */
export function watchHealth(parts: {
  bridge: Bridge;
  store: Store;
  backups: Pick<Backups, 'state'>;
  probe: Pick<Probe, 'last' | 'failing'>;
  live: Live;
  now: () => number;
}): HealthWatch {
  const { bridge, store, backups, probe, live, now } = parts;

  function health(): Health {
    const { isConnected, since, problem, journal } = bridge.state();
    const isKept = journal === undefined || journal.state === 'ok';
    const stored = store.state();
    const failing = probe.failing();
    return {
      status: isConnected && !problem && isKept && stored.isWritable && !failing ? 'ok' : 'degraded',
      now: now(),
      version,
      broker: { isConnected, since, ...(problem ? { problem } : {}), ...(journal ? { journal } : {}) },
      store: stored,
      backup: backups.state(),
      probe: { last: probe.last(), failing },
    };
  }
  const signature = (): string =>
    JSON.stringify([bridge.state(), store.state().isWritable, backups.state().words, probe.failing()]);

  let told = signature();
  const timer = setInterval(() => {
    const present = signature();
    if (present === told) return;
    told = present;
    live.publish('health', health());
  }, lookMs).unref();

  return { health, [Symbol.dispose]: () => clearInterval(timer) };
}
