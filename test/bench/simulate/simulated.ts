import { setTimeout as wait } from 'node:timers/promises';
import { createLog } from '@hearth/part';
import { parseSimulation, startSimulation } from '@hearth/simulator';
import type { FleetJob, FleetOutcome } from './load.ts';
import { residentBytes } from './resident.ts';

/** How long all may take to be connected. */
const connectMs = 180_000;

/** As a file of `hearth-sim` would tell it: demo homes until there are enough devices. */
export function fleetFile(periodMs: number) {
  return parseSimulation(`{ period: ${periodMs}ms, connectsPerSecond: 400 }`);
}

/** @throws when not all devices are let in. */
export async function runSimulated(job: FleetJob): Promise<FleetOutcome> {
  const { url, access, devices, periodMs, warmMs, measureMs } = job;
  const beforeBytes = await residentBytes();
  const file = {
    ...fleetFile(periodMs),
    broker: { url },
    access: 'file' in access ? access : { pattern: { home: 'bench', ...access } },
  };
  await using fleet = await startSimulation({ file, devices, speed: 1, log: createLog('bench', 'silent') });
  const { meter } = fleet;
  const giveUpAt = performance.now() + connectMs;
  while (meter.up < devices) {
    if (performance.now() > giveUpAt) throw new Error(`${meter.up} of ${devices} devices are connected`);
    await wait(100);
  }
  await wait(periodMs + warmMs);
  const from = { acknowledged: meter.acknowledged, cpu: process.cpuUsage() };
  await wait(measureMs);
  const { user, system } = process.cpuUsage(from.cpu);
  const messages = meter.acknowledged - from.acknowledged;
  const kilobytesEach = ((await residentBytes()) - beforeBytes) / devices / 1000;
  const { made, acknowledged, lost, waiting } = await fleet.finish();
  return { messages, cpuS: (user + system) / 1e6, kilobytesEach, made, acknowledged, lost, waiting };
}
