import { deviceTopic, type DeviceMonitoring } from '@hearth/contract';
import { startFleet } from '@hearth/simulator';
import { expect, test } from 'vitest';
import { connectDevice, startHearth } from './home.ts';

const soon = { timeout: 15_000, interval: 50 };

test('a device on mains is asked in its period, one on a battery when it spoke, and both are told of by day', async () => {
  await using hearth = await startHearth({ HEARTH_ASK_PERIOD_S: '1' });
  await hearth.setUp('device');
  const add = async (id: string) => (await hearth.call('POST', '/api/devices', { id })).body;
  const monitoringOf = async (id: string): Promise<DeviceMonitoring> =>
    (await hearth.call('GET', `/api/devices/${id}/monitoring`)).body;

  const credentials = [await add('hall')];
  const place = { brokerUrl: hearth.mqttUrl, home: 'home', credentials };
  await using fleet = startFleet({ ...place, periodMs: 500, keepaliveS: 30, seed: 1 });
  expect(fleet.devices).toHaveLength(1);

  await using sensor = await connectDevice(await add('sensor'));
  const requests: { id: string }[] = [];
  let isAwake = false;
  const answer = (id: string) =>
    sensor.say('response', { id, values: { temperature: 19.5 }, at: Date.now() });
  sensor.client.on('message', (_, payload) => {
    const request = JSON.parse(payload.toString());
    if (!request.get) return;
    requests.push(request);
    if (isAwake) void answer(request.id);
  });
  await sensor.client.subscribeAsync(deviceTopic('home', 'sensor', 'request'), { qos: 1 });
  await sensor.say('about', {
    contract: 1,
    maker: 'Test',
    model: 'Sensor',
    kind: 'sensor',
    firmware: '1.0',
    power: 'battery',
    quantities: { temperature: { unit: '°C' } },
    commands: { get: true },
  });
  await sensor.say('status', { online: true, boot: 1, conn: 1 });
  const say = (boot: number, seq: number, more = {}) =>
    sensor.say('reading', { boot, seq, at: Date.now() - 250, values: { temperature: 19.5 }, ...more });
  for (const seq of [1, 2, 5, 4]) await say(1, seq);
  await say(1, 4);
  await sensor.say('status', { online: true, boot: 2, conn: 1 });
  for (const seq of [1, 2]) await say(2, seq, { late: true });

  // It does not answer, and says nothing by itself: soon it is taken to sleep.
  const answeredBy = async (id: string): Promise<number> => (await monitoringOf(id)).asked[0]?.answered ?? 0;
  let asleep = -1;
  await expect
    .poll(
      async () => {
        const before = asleep;
        const answered = await answeredBy('hall');
        asleep = requests.length;
        return answered > 5 && before === asleep;
      },
      { ...soon, interval: 2500 },
    )
    .toBe(true);
  expect(asleep).toBeGreaterThan(0);

  isAwake = true;
  await say(2, 3);
  await expect.poll(() => requests.length, soon).toBeGreaterThan(asleep);
  await expect.poll(() => answeredBy('sensor'), soon).toBeGreaterThan(0);

  const hall = await monitoringOf('hall');
  expect(hall).toMatchObject({
    connection: { isOnline: true, since: expect.any(Number) },
    askedEveryMs: 1000,
    values: { temperature: { state: 'live' } },
    battery: null,
  });
  const [today] = hall.asked;
  expect(today).toMatchObject({ timedOut: 0, refused: 0, malformed: 0 });
  expect(today!.p50Ms! > 0 && today!.p50Ms! <= today!.p95Ms! && today!.p95Ms! <= today!.p99Ms!).toBe(true);
  const slept = await monitoringOf('sensor');
  expect(slept.asked[0]!.timedOut).toBeGreaterThan(0);
  expect(slept.heard).toMatchObject([
    { day: today!.day, missing: 1, reordered: 1, duplicates: 1, late: 2, reboots: 1, reconnects: 0 },
  ]);
  expect(Math.abs(slept.heard[0]!.clockAheadMs! + 250)).toBeLessThan(1000);
  expect((await hearth.call('GET', '/api/devices/nobody/monitoring')).status).toBe(404);
});
