import { expect, test } from 'vitest';
import { change, connectDevice, connectService, credential, startTestBroker } from '../testing.ts';
import { sysTopics } from './sys-topics.ts';

const devices = [
  credential('lamp'),
  credential('radio', { role: 'gateway', topics: ['radio/#'] }),
  credential('watcher', { role: 'admin' }),
];

test('an admin hears at once how the broker is, in five figures, and of no client', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  await change(service, { add: devices });
  await using watcher = await connectDevice(broker, 'watcher');
  await watcher.client.subscribeAsync('$SYS/#');
  await expect
    .poll(() => new Set(watcher.received.map(({ topic }) => topic)))
    .toEqual(new Set(Object.values(sysTopics)));
  const figure = (topic: string) => watcher.received.find((message) => message.topic === topic)?.payload;
  expect(figure(sysTopics.uptime)).toMatch(/^\d+ seconds$/);
  expect(figure(sysTopics.connections)).toBe('2');
  expect(Number(figure(sysTopics.received))).toBeGreaterThan(0);
  expect(figure(sysTopics.queued)).toMatch(/^\d+$/);
  expect(watcher.received.every(({ retain }) => !retain)).toBe(true);
  // The broker library says on $SYS who connects, with the client id.
  await using lamp = await connectDevice(broker, 'lamp');
  await watcher.client.subscribeAsync(sysTopics.connections);
  await expect
    .poll(() => watcher.received.at(-1))
    .toMatchObject({ topic: sysTopics.connections, payload: '3' });
  expect(watcher.received.filter(({ payload }) => payload.includes(lamp.client.options.clientId!))).toEqual(
    [],
  );
});

test('nobody but an admin hears $SYS, and an admin hears and says nothing else', async () => {
  await using broker = await startTestBroker();
  await using service = await connectService(broker);
  await change(service, { add: devices });
  for (const peer of [
    service,
    await connectDevice(broker, 'lamp'),
    await connectDevice(broker, 'radio', { clientId: 'one' }),
  ])
    for (const filter of ['$SYS/#', sysTopics.uptime, '$SYS/+/uptime', '$SYS'])
      await expect(peer.client.subscribeAsync(filter)).rejects.toThrow();
  await using watcher = await connectDevice(broker, 'watcher');
  for (const filter of ['#', '+/broker/uptime', 'hearth/#', '$CONTROL/#', '$share/x/#', '$SYSTEM/#', '$SYS'])
    await expect(watcher.client.subscribeAsync(filter)).rejects.toThrow();
  watcher.client.publish('$SYS/broker/uptime', '0 seconds');
  await expect.poll(watcher.isClosed).toBe(true);
});
