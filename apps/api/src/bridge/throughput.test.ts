import { expect, test } from 'vitest';
import { reading, soon, startTestBridge } from './test-bridge.ts';

test('fifty devices at ten readings a second are kept up with', async () => {
  await using rig = await startTestBridge();
  const devices = await Promise.all(Array.from({ length: 50 }, (_, i) => rig.addDevice(`device-${i}`)));
  const count = 40;
  const startedMs = performance.now();
  await Promise.all(
    devices.map(async (device) => {
      const sent = Array.from({ length: count }, (_, i) => device.publish('reading', reading(i + 1)));
      await Promise.all(sent);
      await expect.poll(() => device.receipts.at(-1)?.seq, soon).toBe(count);
    }),
  );
  const perSecond = (devices.length * count * 1000) / (performance.now() - startedMs);
  expect(perSecond).toBeGreaterThan(500);
  const progress = await rig.store.progress();
  expect(progress).toHaveLength(50);
  expect(progress.every(({ seq, missing, duplicates }) => seq === count && !missing && !duplicates)).toBe(
    true,
  );
}, 60_000);
