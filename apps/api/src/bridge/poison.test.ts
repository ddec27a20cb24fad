import { deviceTopic } from '@hearth/contract';
import { expect, test } from 'vitest';
import { home, reading, soon, startTestBridge } from './test-bridge.ts';

const at = Date.now();
const good = { boot: 1, seq: 1, at, values: { temperature: 20 } };
const nested = `${'['.repeat(2000)}${']'.repeat(2000)}`;

/** What is wrong, what is sent, the rule it breaks and where. */
const corpus: [string, string | Buffer | object, string, string][] = [
  ['not JSON', 'temperature=20', 'json', ''],
  ['nothing', '', 'json', ''],
  ['NaN', '{"boot":1,"seq":1,"at":1795363200123,"values":{"temperature":NaN}}', 'json', ''],
  [
    'a number that is Infinity',
    `{"boot":1,"seq":1,"at":${at},"values":{"temperature":1e999}}`,
    'type',
    '/values/temperature',
  ],
  ['a comma too many', '{"boot":1,"seq":1,}', 'json', ''],
  ['half of a message', JSON.stringify(good).slice(0, 30), 'json', ''],
  ['ill-formed UTF-8', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'utf-8', ''],
  ['a byte order mark', `\ufeff${JSON.stringify(good)}`, 'json', ''],
  ['8 kB and more', JSON.stringify({ ...good, pad: 'x'.repeat(8100) }), '', ''],
  ['2,000 levels', nested, 'depth', ''],
  ['an array', [good], 'type', ''],
  ['a string', '"temperature"', 'type', ''],
  ['null', 'null', 'type', ''],
  ['an unknown field', { ...good, extra: 1 }, 'additionalProperties', ''],
  [
    '__proto__',
    `{"boot":1,"seq":1,"at":${at},"values":{"temperature":20},"__proto__":{"polluted":true}}`,
    'additionalProperties',
    '',
  ],
  ['constructor as a quantity', { ...good, values: { constructor: 1 } }, 'additionalProperties', '/values'],
  ['an unknown quantity', { ...good, values: { temp: 20 } }, 'additionalProperties', '/values'],
  ['a value as text', { ...good, values: { temperature: '20.6' } }, '', '/values/temperature'],
  ['a value with its unit', { ...good, values: { temperature: '20.6 °C' } }, '', '/values/temperature'],
  ['Fahrenheit', { ...good, values: { temperature: 86 } }, '', '/values/temperature'],
  ['an unplugged sensor', { ...good, values: { temperature: -127 } }, '', '/values/temperature'],
  ['a setpoint of 99 °C', { ...good, values: { setpoint: 99 } }, '', '/values/setpoint'],
  ['no values', { ...good, values: {} }, 'minProperties', '/values'],
  ['null without a fault', { ...good, values: { temperature: null } }, 'fault', '/faults/temperature'],
  ['no boot', { seq: 1, at, values: good.values }, 'required', ''],
  ['a negative seq', { ...good, seq: -1 }, 'minimum', '/seq'],
  [
    'a seq beyond 2^53',
    `{"boot":1,"seq":90071992547409931,"at":${at},"values":{"temperature":20}}`,
    'maximum',
    '/seq',
  ],
  ['a fraction of a boot', { ...good, boot: 1.5 }, 'type', '/boot'],
  ['no time at all', { boot: 1, seq: 1, values: good.values }, 'exactly-one', ''],
  ['two times', { ...good, uptime: 5 }, 'exactly-one', ''],
  ['seconds for milliseconds', { ...good, at: Math.round(at / 1000) }, 'minimum', '/at'],
  ['a clock a day ahead', { ...good, at: at + 86_400_000 }, 'clock', '/at'],
  ['a reading of 2021', { ...good, at: 1_620_000_000_000 }, 'clock', '/at'],
  [
    'a quantity that the manifest does not name',
    { ...good, values: { power: 800 } },
    'not-in-manifest',
    '/values/power',
  ],
];

test('whatever is wrong with a reading, nothing is stored and the reason is on the page', async () => {
  // One rejected message in 10 s is kept, whatever their number.
  let ahead = 0;
  await using rig = await startTestBridge({ now: () => Date.now() + ahead });
  const device = await rig.addDevice('hall');
  await expect.poll(() => rig.devices.get('hall')?.about, soon).not.toBe(null);
  for (const [index, [what, payload, rule, path]] of corpus.entries()) {
    ahead += 10_000;
    await device.publish('reading', payload);
    await expect.poll(() => rig.devices.get('hall')?.counts.rejected, soon).toBe(index + 1);
    const { rejected } = rig.devices.detail('hall')!;
    expect(rejected.reduce((sum, { count }) => sum + count, 0)).toBeLessThanOrEqual(index + 1);
    const newest = rejected[0]!;
    expect([what, newest.path, newest.topic]).toEqual([what, path, deviceTopic(home, 'hall', 'reading')]);
    if (rule) expect([what, newest.rule]).toEqual([what, rule]);
    expect([newest.expected, newest.got].every((text) => text.length < 300)).toBe(true);
  }
  expect(corpus.length).toBeGreaterThan(30);
  expect(await rig.store.latest()).toEqual([]);
  expect(rig.bridge.state()).toMatchObject({ isConnected: true });
  expect(({} as { polluted?: boolean }).polluted).toBe(undefined);
  // The device is heard as before.
  await device.publish('reading', reading(50, { temperature: 21 }));
  await expect.poll(() => rig.devices.get('hall')?.latest.temperature?.value, soon).toBe(21);
}, 60_000);

test('a reading that is turned away has its receipt, so that it is not sent for ever', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await device.publish('reading', { ...good, seq: 1, values: { temperature: 999 } });
  await expect.poll(() => device.receipts, soon).toEqual([{ boot: 1, seq: 1 }]);
  expect(await rig.store.progress()).toEqual([]);
});

test('a flood of bad messages is one entry that counts, few writes, and leaves room for other mistakes', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await Promise.all(Array.from({ length: 500 }, () => device.publish('reading', '{')));
  await expect.poll(() => rig.devices.get('hall')?.counts.rejected, soon).toBe(500);
  const rejected = () => rig.devices.detail('hall')?.rejected;
  expect(rejected()).toMatchObject([{ rule: 'json', count: 500 }]);
  expect(rig.db.prepare('SELECT max(id) FROM rejected_message').pluck().get()).toBeLessThan(30);
  await device.publish('reading', { ...good, boot: 1.5 });
  await expect.poll(rejected, soon).toMatchObject([{ path: '/boot', count: 1 }, { count: 500 }]);
  await rig.restartBridge();
  expect(rig.devices.get('hall')?.counts.rejected).toBe(501);
  expect(rejected()).toMatchObject([{ path: '/boot' }, { rule: 'json', count: 500 }]);
});

test('what the broker turned away is on the page as well', async () => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  device.client.publish(deviceTopic(home, 'bath', 'reading'), JSON.stringify(good), { qos: 1 });
  await expect.poll(() => rig.devices.detail('hall')?.rejected.length, soon).toBe(1);
  expect(rig.devices.detail('hall')?.rejected[0]).toMatchObject({
    consequence: 'closed',
    topic: expect.stringContaining('bath'),
  });
});

test.each([
  ['about', { contract: 1 }, 'required'],
  [
    'about',
    { contract: 2, maker: 'x', model: 'x', kind: 'sensor', firmware: 'x', quantities: {}, commands: {} },
    '',
  ],
  ['status', { online: 'yes', boot: 1, conn: 1 }, 'type'],
  ['response', { id: 'q' }, 'exactly-one'],
] as const)('a bad %s is kept on the page', async (kind, payload, rule) => {
  await using rig = await startTestBridge();
  const device = await rig.addDevice('hall');
  await expect.poll(() => rig.devices.get('hall')?.isOnline, soon).toBe(true);
  await device.publish(kind, payload);
  await expect.poll(() => rig.devices.detail('hall')?.rejected.length, soon).toBe(1);
  if (rule) expect(rig.devices.detail('hall')?.rejected[0]?.rule).toBe(rule);
  expect(rig.devices.get('hall')?.about?.model).toBe('T1');
});
