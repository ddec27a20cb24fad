import { deviceTopic } from '@hearth/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../stack.ts';
import { connectDevice, sensor, startDevices } from './device.ts';
import { isSkipped, note, startMosquitto, type Mosquitto } from './mosquitto.ts';

/** For facts that a busy machine takes its time for. */
const patient = { timeout: 15_000 };

describe.skipIf(isSkipped)(`the platform at a Mosquitto with TLS and dynamic security${note}`, () => {
  let mosquitto: Mosquitto;
  let stack: Stack;
  const parts = new AsyncDisposableStack();
  beforeAll(async () => {
    mosquitto = parts.use(await startMosquitto({ access: 'mosquitto', isTls: true }));
    stack = parts.use(await startStack({ brokerUrl: mosquitto.url, env: mosquitto.env }));
  });
  afterAll(() => parts.disposeAsync());

  const shown = async (id: string) => (await stack.api('device', { params: { id } })).device;
  const rejected = async (id: string) => (await stack.api('device', { params: { id } })).rejected;

  it('lets a new device in at once, stores what it measures and gives receipts', async () => {
    const credential = await stack.addDevice('hall-sensor');
    expect(credential).toMatchObject({ brokerUrl: mosquitto.url });
    expect(credential.brokerSetup).toBeUndefined();
    const from = Date.now() - 60_000;
    await using fleet = startDevices(mosquitto, [credential]);
    await expect
      .poll(() => shown('hall-sensor'), patient)
      .toMatchObject({
        isOnline: true,
        latest: { temperature: { isLate: false } },
      });
    await expect
      .poll(() => fleet.ledger.entries().filter(({ isReceipted }) => isReceipted).length, patient)
      .toBeGreaterThan(3);
    const query = { device: 'hall-sensor', quantities: 'temperature', from, to: Date.now() };
    const { series } = await stack.api('series', { query });
    expect(series[0]!.count.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(3);
  });

  it('shows a reading live', async () => {
    const credential = await stack.addDevice('live-sensor');
    const ending = new AbortController();
    const events = await fetch(`${stack.url}/api/events`, {
      headers: { cookie: stack.cookie },
      signal: ending.signal,
    });
    await using fleet = startDevices(mosquitto, [credential]);
    let heard = '';
    for await (const chunk of events.body!) {
      heard += Buffer.from(chunk as Uint8Array).toString();
      if (/event: reading\ndata: .*"live-sensor"/.test(heard)) break;
    }
    ending.abort();
    expect(heard).toMatch(/event: reading\ndata: .*"live-sensor"/);
    expect(fleet.ledger.counts().made).toBeGreaterThan(0);
  });

  it('asks a device, and sets a thermostat that confirms', async () => {
    const credential = await stack.addDevice('warm-room');
    await using fleet = startDevices(mosquitto, [credential], { kind: 'thermostat' });
    await expect.poll(async () => (await shown('warm-room')).about?.kind, patient).toBe('thermostat');
    const params = { id: 'warm-room' };
    expect(await stack.api('ask', { params, body: {} })).toMatchObject({
      outcome: 'answered',
      source: 'device',
      legs: { toBrokerMs: expect.any(Number) as number },
    });
    await stack.api('setSetpoint', { params, body: { setpoint: 22.5 } });
    await expect
      .poll(async () => (await shown('warm-room')).command, patient)
      .toMatchObject({ state: 'confirmed', setpoint: 22.5 });
    expect(fleet.devices[0]!.isOnline).toBe(true);
  });

  it('says offline by the will, and does not ask who is not there', async () => {
    const credential = await stack.addDevice('lost-sensor');
    const { home, id } = credential;
    const client = await connectDevice(mosquitto, credential);
    const online = { online: true, boot: 1, conn: 1 };
    const retained = { qos: 1, retain: true } as const;
    await client.publishAsync(deviceTopic(home, id, 'about'), JSON.stringify(sensor), retained);
    await client.publishAsync(deviceTopic(home, id, 'status'), JSON.stringify(online), retained);
    await expect.poll(async () => (await shown(id)).isOnline, patient).toBe(true);
    client.stream.destroy();
    await expect.poll(async () => (await shown(id)).isOnline, patient).toBe(false);
    expect(await stack.api('ask', { params: { id }, body: {} })).toMatchObject({ outcome: 'not-connected' });
    await client.endAsync(true);
  });

  it('puts what is wrong on the device’s page, and takes the next that is right', async () => {
    const credential = await stack.addDevice('odd-sensor');
    const { home, id } = credential;
    const client = await connectDevice(mosquitto, credential, 5);
    const say = (kind: 'about' | 'reading', payload: unknown) =>
      client.publishAsync(deviceTopic(home, id, kind), JSON.stringify(payload), { qos: 1 });
    await say('about', sensor);
    await say('reading', { boot: 1, seq: 1, at: Date.now(), values: { temperature: 'warm' } });
    await say('reading', { boot: 1, seq: 2, at: Date.now(), values: { temperature: 20.5 } });
    await expect.poll(() => rejected(id), patient).toMatchObject([{ path: '/values/temperature' }]);
    await expect.poll(async () => (await shown(id)).latest.temperature?.value, patient).toBe(20.5);
    await client.endAsync(true);
  });

  it('keeps a device to its own topics, and one without a credential out', async () => {
    const nosy = await stack.addDevice('nosy-sensor');
    const quiet = await stack.addDevice('quiet-sensor');
    const client = await connectDevice(mosquitto, nosy);
    for (const filter of ['#', 'hearth/#', deviceTopic('home', quiet.id, 'request'), '$CONTROL/#'])
      await expect(client.subscribeAsync(filter, { qos: 1 }), filter).rejects.toThrow();
    const reading = { boot: 1, seq: 1, at: Date.now(), values: { temperature: 30 } };
    await client.publishAsync(deviceTopic('home', quiet.id, 'reading'), JSON.stringify(reading), { qos: 1 });
    const own = deviceTopic('home', nosy.id, 'about');
    await client.publishAsync(own, JSON.stringify(sensor), { qos: 1 });
    await expect.poll(async () => (await shown(nosy.id)).about, patient).not.toBeNull();
    expect((await shown(quiet.id)).latest).toEqual({});
    await client.endAsync(true);
    await expect(connectDevice(mosquitto, { ...nosy, secret: 'guess' })).rejects.toThrow(
      /not authori[sz]ed/i,
    );
  });

  it('takes a gateway with frames of rtl_433, within its topics', async () => {
    const credential = await stack.addDevice('radio', { role: 'gateway' });
    const client = await connectDevice(mosquitto, { ...credential, id: 'radio' }).catch(
      (error: Error) => error,
    );
    // A gateway has no status of its own, so a will for one is refused at the end and not at the beginning.
    if (client instanceof Error) throw client;
    const frame = {
      time: new Date().toISOString(),
      model: 'Nexus-TH',
      id: 7,
      channel: 1,
      temperature_C: 18.5,
    };
    await client.publishAsync('rtl_433/attic/events', JSON.stringify(frame), { qos: 1 });
    const heard = async () => (await stack.api('devices')).find(({ source }) => source === 'rtl_433');
    await expect.poll(heard, patient).toMatchObject({ latest: { temperature: { value: 18.5 } } });
    await expect(client.subscribeAsync('hearth/#', { qos: 1 })).rejects.toThrow();
    await client.endAsync(true);
  });

  it('gives a new secret that is the only one at once, and cuts off a device that is removed', async () => {
    const credential = await stack.addDevice('former-sensor');
    const { id, home } = credential;
    const next = await stack.api('changeSecret', { params: { id } });
    expect(next.formerUntil).toBeLessThanOrEqual(Date.now());
    await expect(connectDevice(mosquitto, credential)).rejects.toThrow(/not authori[sz]ed/i);
    const client = await connectDevice(mosquitto, next);
    const topic = deviceTopic(home, id, 'about');
    await client.publishAsync(topic, JSON.stringify(sensor), { qos: 1, retain: true });
    await stack.api('removeDevice', { params: { id } });
    await expect.poll(() => client.connected, patient).toBe(false);
    await client.endAsync(true);
    await expect(connectDevice(mosquitto, next)).rejects.toThrow(/not authori[sz]ed/i);
    // What the broker kept of it is gone as well: a device of the same name begins anew.
    await stack.addDevice(id);
    expect((await shown(id)).about).toBeNull();
  });
});

it.skipIf(isSkipped)(`the demo home lives at a Mosquitto with TLS${note}`, async () => {
  await using mosquitto = await startMosquitto({ access: 'mosquitto', isTls: true });
  const env = { ...mosquitto.env, HEARTH_SIM_PERIOD_MS: '500' };
  await using stack = await startStack({ brokerUrl: mosquitto.url, demo: true, env });
  const isAlive = async () => (await stack.api('devices')).filter(({ isOnline }) => isOnline).length;
  await expect.poll(isAlive, { timeout: 20_000 }).toBeGreaterThan(10);
});
