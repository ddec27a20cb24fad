import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deviceTopic, type Paired } from '@hearth/contract';
import mqtt from 'mqtt';
import { describe, expect, it } from 'vitest';
import { startHearth } from './home.ts';

const ports = { HEARTH_MQTT_MTLS_PORT: '0', HEARTH_MQTTS_HOST: '127.0.0.1' };
const isDevice = { model: 'TRV 2' };

/** A device's own call: it has no session, and no cookie goes along. */
async function pair(
  url: string,
  body: object,
): Promise<{ status: number; body: Paired & { type?: string } }> {
  const response = await fetch(`${url}/api/pair`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Paired };
}

/** A reading over TLS with what pairing answered, and nothing else. */
async function report({ id, home, broker, ca, secret }: Paired, client: mqtt.IClientOptions, port: number) {
  const device = await mqtt.connectAsync(`mqtts://${broker.host}:${port}`, {
    clientId: id,
    ca: ca!,
    reconnectPeriod: 0,
    ...(secret !== null && { username: id, password: secret }),
    ...client,
  });
  const reading = { boot: 1, seq: 1, at: Date.now(), values: { temperature: 20.6 } };
  await device.publishAsync(deviceTopic(home, id, 'reading'), JSON.stringify(reading), { qos: 1 });
  await device.endAsync();
}

describe('a device that pairs', () => {
  it('gets in by the code, once, with all that it needs to report over TLS', async () => {
    await using hearth = await startHearth(ports);
    await hearth.setUp('device');
    expect((await hearth.call('GET', '/api/pairing')).body.state).toBe('closed');
    expect(await pair(hearth.url, { code: '00000-00000' })).toMatchObject({
      status: 409,
      body: { type: '/problems/pairing-closed' },
    });
    const opened = await hearth.call('POST', '/api/pairing');
    expect([opened.status, opened.body.state]).toEqual([201, 'open']);
    const { code } = opened.body as { code: string };

    const { status, body } = await pair(hearth.url, { code, ...isDevice });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.stringMatching(/^trv-2-[0-9a-z]{4}$/) as string,
      home: 'home',
      secret: expect.stringMatching(/^[\w-]{43}$/) as string,
      certificate: null,
      broker: {
        host: '127.0.0.1',
        ports: {
          mqtt: Number(new URL(hearth.mqttUrl).port),
          mqtts: expect.any(Number) as number,
          ws: expect.any(Number) as number,
          wss: expect.any(Number) as number,
          mutual: expect.any(Number) as number,
        },
      },
      ca: expect.stringContaining('BEGIN CERTIFICATE') as string,
    });
    expect((await pair(hearth.url, { code, ...isDevice })).status).toBe(409);
    expect((await hearth.call('GET', '/api/pairing')).body).toMatchObject({
      state: 'used',
      code: null,
      deviceId: body.id,
    });
    await report(body, {}, body.broker.ports.mqtts!);
    const shown = async () => (await hearth.call('GET', `/api/devices/${body.id}`)).body.device;
    await expect.poll(async () => (await shown()).latest.temperature?.value).toBe(20.6);
    expect((await shown()).name).toBe('TRV 2');
  });

  it('gets a certificate for the key that never left it', async () => {
    await using hearth = await startHearth(ports);
    await hearth.setUp('device');
    const folder = mkdtempSync(join(tmpdir(), 'hearth-pair-'));
    const args = [
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-subj',
      '/CN=x',
    ];
    execFileSync('openssl', [...args, '-keyout', join(folder, 'key'), '-out', join(folder, 'csr')], {
      stdio: 'ignore',
    });
    const [key, csr] = ['key', 'csr'].map((file) => readFileSync(join(folder, file), 'utf8'));
    rmSync(folder, { recursive: true });

    const { code } = (await hearth.call('POST', '/api/pairing')).body as { code: string };
    const spoilt = await pair(hearth.url, { code, id: 'cellar', csr: 'x'.repeat(200) });
    expect([spoilt.status, spoilt.body.type]).toEqual([400, '/problems/bad-request']);
    const { status, body } = await pair(hearth.url, { code, id: 'cellar', csr });
    expect([status, body.id, body.secret]).toEqual([201, 'cellar', null]);
    await report(body, { key: key!, cert: body.certificate! }, body.broker.ports.mutual!);
    const shown = async () => (await hearth.call('GET', '/api/devices/cellar')).body.device;
    await expect.poll(async () => (await shown()).latest.temperature?.value).toBe(20.6);
  });

  it('under the id of another is refused, and may choose another one', async () => {
    await using hearth = await startHearth(ports);
    await hearth.setUp('device');
    await hearth.call('POST', '/api/devices', { id: 'hall' });
    const { code } = (await hearth.call('POST', '/api/pairing')).body as { code: string };
    expect(await pair(hearth.url, { code, id: 'hall' })).toMatchObject({
      status: 409,
      body: { type: '/problems/already-there' },
    });
    expect((await pair(hearth.url, { code, id: 'hearth-api' })).status).toBe(400);
    expect((await pair(hearth.url, { code, id: 'hall-2' })).status).toBe(201);
  });

  it('finds the window closed by the owner, and the owner alone opens it', async () => {
    await using hearth = await startHearth(ports);
    for (const method of ['GET', 'POST', 'DELETE'])
      expect([method, (await hearth.call(method, '/api/pairing')).status]).toEqual([method, 401]);
    await hearth.setUp('device');
    const { code } = (await hearth.call('POST', '/api/pairing')).body as { code: string };
    expect((await hearth.call('DELETE', '/api/pairing')).status).toBe(204);
    expect((await pair(hearth.url, { code })).status).toBe(409);
  });

  it('keeps the code for later when the broker is away', async () => {
    await using hearth = await startHearth(ports);
    await hearth.setUp('device');
    const { code } = (await hearth.call('POST', '/api/pairing')).body as { code: string };
    await hearth.stopBroker();
    await expect.poll(async () => (await hearth.call('GET', '/api/health')).body.status).toBe('degraded');
    expect((await pair(hearth.url, { code })).status).toBe(503);
    expect((await hearth.call('GET', '/api/pairing')).body.state).toBe('open');
  });
});

describe('a changed secret', () => {
  it('works beside the former one, until it is used', async () => {
    await using hearth = await startHearth();
    await hearth.setUp('device');
    const { body: former } = await hearth.call('POST', '/api/devices', { id: 'hall' });
    const { status, body: next } = await hearth.call('POST', '/api/devices/hall/secret');
    expect([status, next.id, next.brokerUrl]).toEqual([201, 'hall', former.brokerUrl]);
    expect(next.formerUntil - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    const connect = (password: string) =>
      mqtt.connectAsync(hearth.mqttUrl, { clientId: 'hall', username: 'hall', password, reconnectPeriod: 0 });
    await (await connect(former.secret)).endAsync();
    await (await connect(next.secret)).endAsync();
    await expect(connect(former.secret)).rejects.toThrow(/Not authorized/);
    expect((await hearth.call('POST', '/api/devices/none/secret')).status).toBe(404);
  });
});
