import { deviceTopic } from '@hearth/contract';
import { describe, expect, it } from 'vitest';
import { connectDevice, startHearth } from './home.ts';

const about = {
  contract: 1,
  maker: 'Test',
  model: 'Thermostat',
  kind: 'thermostat',
  firmware: '1.0',
  quantities: { temperature: { unit: '°C', periodMs: 10_000 }, setpoint: { unit: '°C', periodMs: 60_000 } },
  commands: { get: true, set: { setpoint: { min: 5, max: 30, step: 0.5 } } },
} as const;

describe('a device that a person adds', () => {
  it('gets a credential, reports, shows its values, and draws a chart', async () => {
    await using hearth = await startHearth();
    await hearth.setUp('device');
    const room = (await hearth.call('POST', '/api/rooms', { name: 'Hall' })).body;
    const added = await hearth.call('POST', '/api/devices', {
      id: 'hall-thermostat',
      name: 'Hall',
      roomId: room.id,
    });
    expect(added.status).toBe(201);
    expect(added.body).toEqual({
      id: 'hall-thermostat',
      home: 'home',
      secret: expect.stringMatching(/^[\w-]{43}$/),
      brokerUrl: hearth.mqttUrl,
    });

    await using device = await connectDevice(added.body);
    const at = Date.now() - 60_000;
    await device.say('about', about);
    await device.say('status', { online: true, boot: 1, conn: 1 });
    for (let seq = 1; seq <= 3; seq++)
      await device.say('reading', {
        boot: 1,
        seq,
        at: at + seq * 10_000,
        values: { temperature: 20 + seq / 10, setpoint: 21 },
      });
    const shown = async () => (await hearth.call('GET', '/api/devices/hall-thermostat')).body.device;
    await expect.poll(async () => (await shown()).latest.temperature?.value).toBe(20.3);
    expect(await shown()).toMatchObject({ isOnline: true, ask: 'contract', roomId: room.id });
    expect((await hearth.call('GET', '/api/rooms')).body[0]).toMatchObject({
      temperatureFrom: 'hall-thermostat',
      setpointFrom: 'hall-thermostat',
    });

    const query = `device=hall-thermostat&quantities=temperature,setpoint,power&from=${at}&to=${at + 60_000}`;
    const { body } = await hearth.call('GET', `/api/series?${query}`);
    expect(body).toMatchObject({ device: 'hall-thermostat', from: at, to: at + 60_000, periodMs: 60_000 });
    const temperature = body.series.find((each: { quantity: string }) => each.quantity === 'temperature');
    expect(temperature.count.reduce((sum: number, n: number) => sum + n, 0)).toBe(3);
    expect([Math.min(...temperature.min), Math.max(...temperature.max), temperature.last.at(-1)]).toEqual([
      20.1, 20.3, 20.3,
    ]);
    for (const [i, mean] of temperature.mean.entries()) {
      expect(mean).toBeGreaterThanOrEqual(temperature.min[i]);
      expect(mean).toBeLessThanOrEqual(temperature.max[i]);
    }
    expect((await hearth.call('GET', `/api/series?${query}x,unknown`)).status).toBe(400);
    expect((await hearth.call('GET', `/api/series?${query.replace('power', 'colour')}`)).body.errors).toEqual(
      [{ pointer: '#/quantities', detail: expect.stringContaining('colour is not one of temperature') }],
    );
  });

  it('is asked and set over HTTP, with typed ends', async () => {
    await using hearth = await startHearth();
    await hearth.setUp('device');
    const { body: credential } = await hearth.call('POST', '/api/devices', { id: 'hall-thermostat' });
    const path = '/api/devices/hall-thermostat';
    await using device = await connectDevice(credential);
    device.client.on('message', (_, payload) => {
      const request = JSON.parse(payload.toString());
      if (request.get)
        void device.say('response', { id: request.id, values: { temperature: 20.6 }, at: Date.now() });
    });
    await device.client.subscribeAsync(deviceTopic('home', 'hall-thermostat', 'request'), { qos: 1 });
    await device.say('about', about);
    await device.say('status', { online: true, boot: 1, conn: 1 });
    await expect.poll(async () => (await hearth.call('GET', path)).body.device.isOnline).toBe(true);

    const answered = await hearth.call('POST', `${path}/ask`, { quantities: ['temperature'] });
    expect(answered.body).toMatchObject({
      outcome: 'answered',
      values: { temperature: 20.6 },
      source: 'device',
    });
    const requested = await hearth.call('PUT', `${path}/setpoint`, { setpoint: 22 });
    expect([requested.status, requested.body]).toMatchObject([202, { setpoint: 22, requestedBy: 'Ada' }]);
    for (const [setpoint, type] of [
      [31, '/problems/out-of-range'],
      [99, '/problems/bad-request'],
      ['22', '/problems/bad-request'],
    ])
      expect([setpoint, (await hearth.call('PUT', `${path}/setpoint`, { setpoint })).body.type]).toEqual([
        setpoint,
        type,
      ]);

    await device.say('status', { online: false, boot: 1, conn: 1 });
    await expect.poll(async () => (await hearth.call('GET', path)).body.device.isOnline).toBe(false);
    expect((await hearth.call('PUT', `${path}/setpoint`, { setpoint: 20 })).body.type).toBe(
      '/problems/device-offline',
    );
    expect((await hearth.call('POST', `${path}/ask`, {})).body.outcome).toBe('not-connected');
  });

  it('is offline when it disconnects in order and has not said so', async () => {
    await using hearth = await startHearth();
    await hearth.setUp('device');
    const { body: credential } = await hearth.call('POST', '/api/devices', { id: 'hall-thermostat' });
    const isOnline = async (): Promise<unknown> =>
      (await hearth.call('GET', '/api/devices/hall-thermostat')).body.device.isOnline;
    const device = await connectDevice(credential);
    await device.say('status', { online: true, boot: 1, conn: 1 });
    await expect.poll(isOnline).toBe(true);
    await device.client.endAsync();
    await expect.poll(isOnline).toBe(false);
  });

  it('is made once, is renamed and moved, and when removed is cut off at once', async () => {
    await using hearth = await startHearth();
    await hearth.setUp('device');
    const twice = await Promise.all(
      [1, 2].map(() => hearth.call('POST', '/api/devices', { id: 'hall-sensor' })),
    );
    expect(new Set(twice.map(({ status }) => status))).toEqual(new Set([201, 409]));
    const credential = twice.find(({ status }) => status === 201)!.body;
    const lost = await hearth.call('POST', '/api/devices', { id: 'other', roomId: 'no-such-room' });
    expect(lost.body.type).toBe('/problems/not-found');

    const moved = await hearth.call('PATCH', '/api/devices/hall-sensor', {
      name: 'By the door',
      roomId: null,
    });
    expect(moved.body).toMatchObject({ name: 'By the door', roomId: null });
    expect((await hearth.call('PATCH', '/api/devices/hall-sensor', {})).status).toBe(400);

    await using device = await connectDevice(credential);
    expect((await hearth.call('DELETE', '/api/devices/hall-sensor')).status).toBe(204);
    await expect.poll(() => device.client.connected).toBe(false);
    expect((await hearth.call('GET', '/api/devices')).body).toEqual([]);
    await expect(connectDevice(credential)).rejects.toThrow();
  });
});
