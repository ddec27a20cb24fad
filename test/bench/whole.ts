import { setTimeout as pause } from 'node:timers/promises';
import type { Device } from '@hearth/contract';
import { type Figure, median, percentile } from './figure.ts';
import { measurePainted } from './painted.ts';
import { memoryMb, type Platform, startPlatform } from './platform.ts';

/** Resolves when a device shows a value that was measured after the start and did not come from a buffer. */
async function firstLiveReading(platform: Platform): Promise<number> {
  const { startedAt } = platform;
  const isLive = (device: Device): boolean =>
    Object.values(device.latest).some((latest) => latest.at >= startedAt && !latest.isLate);
  while (Date.now() - startedAt < 60_000) {
    if ((await platform.get<Device[]>('/api/devices')).some(isLive)) return Date.now() - startedAt;
    await pause(50);
  }
  throw new Error('no live reading within 60 s of the start');
}

/**
 * The whole platform as a household runs it: start to link, start to first live reading, memory with the
 * demo home, and publish-to-painted with 50 devices in Chromium.
 */
export async function measureWhole({ isQuick }: { isQuick: boolean }): Promise<Figure[]> {
  const rounds = isQuick ? 1 : 3;
  const links: number[] = [];
  const firsts: number[] = [];
  const memories: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await using platform = await startPlatform({ HEARTH_DEMO: 'on' });
    links.push(platform.linkAfterMs);
    await platform.setUp('demo');
    firsts.push(await firstLiveReading(platform));
    await pause(isQuick ? 10_000 : 60_000);
    memories.push(memoryMb(platform.pid));
  }
  const painted = await measurePainted({ devices: 50, samples: isQuick ? 60 : 300 });
  return [
    { figure: 'whole.startToLink', value: median(links), unit: 'ms', bar: 5000 },
    { figure: 'whole.startToFirstLiveReading', value: median(firsts), unit: 'ms', bar: 8000 },
    { figure: 'whole.memory', value: median(memories), unit: 'MB', bar: 350 },
    { figure: 'whole.publishToPainted.p50', value: median(painted), unit: 'ms' },
    { figure: 'whole.publishToPainted.p95', value: percentile(painted, 0.95), unit: 'ms', bar: 150 },
  ];
}
