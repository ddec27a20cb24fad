import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Devices that publish for a while, in a process of their own. */
export interface FleetJob {
  /** `simulated`: homes with physics. `plain`: MQTT.js clients that publish random numbers, and nothing else. */
  kind: 'simulated' | 'plain';
  url: string;
  /** The credential of all, or the file that has each device's own. */
  access: { username: string; password: string } | { file: string };
  devices: number;
  periodMs: number;
  /** Time after all are connected before anything is measured, and time that is measured. */
  warmMs: number;
  measureMs: number;
}

/** What a fleet did while it was measured. */
export interface FleetOutcome {
  /** Messages that the broker acknowledged, in the measured time. */
  messages: number;
  /** CPU time of the process for them, s. */
  cpuS: number;
  /** Memory for each device, kB: what the process grew by, garbage aside. */
  kilobytesEach: number;
  /** Over its whole life, by its own books; a plain one has no books. */
  made: number;
  acknowledged: number;
  lost: number;
  waiting: number;
}

/** Steps the homes of so many devices without any connection. */
export interface PhysicsJob {
  kind: 'physics';
  devices: number;
  periodMs: number;
}

/** CPU time for each reading: physics, and the reading of the sensors, s. */
export interface PhysicsOutcome {
  cpuSPerReading: number;
}

/** Runs one job in a process that then ends. @throws what went wrong in it. */
export async function runJob<O extends FleetOutcome | PhysicsOutcome>(
  job: O extends FleetOutcome ? FleetJob : PhysicsJob,
): Promise<O> {
  const script = fileURLToPath(new URL('../simulate-load.ts', import.meta.url));
  const child = fork(script, { execArgv: ['--expose-gc'] });
  const gone = once(child, 'exit').then(() => [{ failure: 'the load ended' }]);
  child.send(job);
  const [outcome] = (await Promise.race([once(child, 'message'), gone])) as [O | { failure: string }];
  await gone;
  if ('failure' in outcome) throw new Error(outcome.failure);
  return outcome;
}
