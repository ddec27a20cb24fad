import { expect, test } from 'vitest';
import { startStack } from '../stack.ts';

const day = 86_400_000;
/** The ranges of the dashboard, with their buckets. */
const ranges = [
  [7 * day, 336],
  [30 * day, 360],
  [365 * day, 365],
] as const;

test(
  'a heater was on for as long in every range, and never for longer than it was heard',
  { timeout: 90_000 },
  async () => {
    await using stack = await startStack({ demo: true, env: { HEARTH_SIM_HISTORY_DAYS: '2' } });
    const device = 'demo-kitchen-heater';
    const latest = async () => (await stack.api('device', { params: { id: device } })).device.latest.heating;
    await expect.poll(async () => (await latest())?.isLate, { timeout: 60_000 }).toBe(false);
    const to = Date.now();
    const heatedMs = async (rangeMs: number, points: number) => {
      const query = { device, quantities: 'heating', from: to - rangeMs, to, points };
      const { on } = (await stack.api('series', { query })).series[0]!;
      expect(on!.to.at(-1)).toBeLessThanOrEqual(to);
      return on!.ms.reduce((sum, ms) => sum + ms, 0);
    };
    const found = [];
    for (const [rangeMs, points] of ranges) found.push(await heatedMs(rangeMs, points));
    const hours = found.map((ms) => ms / 3_600_000);
    expect(hours[0]).toBeGreaterThan(1);
    expect(Math.max(...hours) - Math.min(...hours)).toBeLessThan(0.1);
    const [home, room] = [await heatedMs(day, 96), await heatedMs(day, 288)];
    expect(Math.abs(home - room)).toBeLessThan(360_000);
  },
);
