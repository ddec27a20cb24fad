import { expect, test } from 'vitest';
import { reading, soon, startTestBridge } from '../bridge/test-bridge.ts';

test('a reading makes its values live, on the device and in the event that tells of it', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await device.publish('reading', reading(1, { temperature: 20.6 }));
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 1 });
  const freshness = { temperature: { state: 'live', rhythm: 'unlearned' } };
  expect(rig.devices.get('hall')).toMatchObject({ freshness });
  const told = rig.events.find(({ event }) => event === 'reading');
  expect(told).toMatchObject({ data: { deviceId: 'hall', freshness } });
});

test('neither what is repeated nor what was kept on the device is a sign of life', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  const silentAt = (): number => rig.devices.get('hall')!.freshness!.temperature!.silentAt!;
  await device.publish('reading', reading(1, { temperature: 20.6 }));
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 1 });
  const before = silentAt();
  // What comes within a second of another counts as one with it.
  await expect
    .poll(() => Date.now() - rig.devices.get('hall')!.latest.temperature!.receivedAt, soon)
    .toBeGreaterThan(1100);
  await device.publish('reading', reading(1, { temperature: 20.6 }));
  await device.publish('reading', { ...reading(2, { temperature: 20.7 }), late: true });
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 2 });
  expect(Math.abs(silentAt() - before)).toBeLessThan(50);
  await device.publish('reading', reading(3, { temperature: 20.8 }));
  await expect.poll(() => device.receipts.at(-1), soon).toEqual({ boot: 1, seq: 3 });
  expect(silentAt() - before).toBeGreaterThan(1000);
});
