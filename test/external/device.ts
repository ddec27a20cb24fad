import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { deviceTopic, type About, type DeviceCredential } from '@hearth/contract';
import { type Clock, type Fleet, startFleet } from '@hearth/simulator';
import mqtt, { type MqttClient } from 'mqtt';
import { expect, vi } from 'vitest';
import type { Mosquitto } from './mosquitto.ts';

/** A sensor that measures the temperature. */
export const sensor: About = {
  contract: 1,
  maker: 'Test',
  model: 'S1',
  kind: 'sensor',
  firmware: '1.0',
  quantities: { temperature: { unit: '°C', periodMs: 1000 } },
  commands: { get: true },
};

/** Virtual devices at that broker, one for each credential. */
export function startDevices(
  mosquitto: Mosquitto,
  credentials: readonly DeviceCredential[],
  more: { periodMs?: number; kind?: 'sensor' | 'thermostat'; clock?: Clock } = {},
): Fleet {
  return startFleet({
    brokerUrl: mosquitto.url,
    ca: readFileSync(mosquitto.caFile, 'utf8'),
    home: 'home',
    credentials,
    periodMs: 200,
    keepaliveS: 10,
    seed: 1,
    ...more,
  });
}

/** The machine's clock, until `pass` puts it ahead: what devices wait for by it need not be waited for. */
export function createClock(): Clock & { pass(ms: number): void } {
  let aheadMs = 0;
  return {
    now: () => Date.now() + aheadMs,
    every(ms, fn) {
      const timer = setInterval(fn, ms);
      return () => clearInterval(timer);
    },
    pass: (ms) => void (aheadMs += ms),
  };
}

/**
 * Resolves when every reading of a fleet that makes no more has its receipt. What a broker or an api took with it
 * the devices send again after a minute without one: it passes as soon as nothing comes any more.
 */
export async function untilReceipted(
  { ledger }: Fleet,
  clock: ReturnType<typeof createClock>,
): Promise<void> {
  let waiting: number;
  do {
    ({ waiting } = ledger.counts());
    await pause(1000);
  } while (ledger.counts().waiting !== waiting);
  clock.pass(60_000);
  await vi.waitFor(() => expect(ledger.counts().waiting).toBe(0), { timeout: 40_000, interval: 200 });
}

/** A device on MQTT.js, of MQTT 3.1.1 unless `version` says otherwise, with its will. @throws what CONNACK says. */
export async function connectDevice(
  mosquitto: Mosquitto,
  { id, home, secret }: Pick<DeviceCredential, 'id' | 'home' | 'secret'>,
  version: 4 | 5 = 4,
): Promise<MqttClient> {
  const client = await mqtt.connectAsync(mosquitto.url, {
    ca: readFileSync(mosquitto.caFile),
    protocolVersion: version,
    clientId: id,
    username: id,
    password: secret,
    reconnectPeriod: 0,
    will: {
      topic: deviceTopic(home, id, 'status'),
      payload: Buffer.from('{"online":false,"boot":1,"conn":1}'),
      qos: 1,
      retain: true,
    },
  });
  client.on('error', () => {});
  return client;
}
