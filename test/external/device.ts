import { readFileSync } from 'node:fs';
import { deviceTopic, type About, type DeviceCredential } from '@hearth/contract';
import { type Fleet, startFleet } from '@hearth/simulator';
import mqtt, { type MqttClient } from 'mqtt';
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
  more: { periodMs?: number; kind?: 'sensor' | 'thermostat' } = {},
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
