import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deviceTopic, type Device, type DeviceCredential } from '@hearth/contract';
import mqtt from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startStack, type Stack } from '../stack.ts';
import { findPahoPython, skipReason, start, type Program } from './programs.ts';

const python = findPahoPython('cryptography');
const { isSkipped, note } = skipReason(
  python ? null : 'no Python with paho-mqtt and cryptography is installed',
);
const patient = { timeout: 15_000 };
const example = fileURLToPath(new URL('../../examples/encrypted_device.py', import.meta.url));

describe.skipIf(isSkipped)(
  `examples/encrypted_device.py, whose payloads nobody on the way can read${note}`,
  () => {
    let stack: Stack;
    let credential: DeviceCredential;
    let folder: string;
    let program: Program;
    /** Hears all that passes and can say anything in Hearth's place: a broker that is not to be trusted. */
    let broker: mqtt.MqttClient;
    const overheard: { topic: string; payload: Buffer }[] = [];

    function startDevice(): Program {
      const { id, secret, home, encryption } = credential;
      const env = {
        DEVICE: id,
        SECRET: secret,
        HOME_ID: home,
        PAYLOAD_SECRET: encryption!.secret,
        PAYLOAD_KEY_ID: String(encryption!.keyId),
        PORT: String(stack.mqttPort),
        PERIOD_MS: '250',
      };
      return start(python!, [example], { cwd: folder, env });
    }
    const detail = () => stack.api('device', { params: { id: credential.id } });
    const device = async (): Promise<Device> => (await detail()).device;
    const topicOf = (kind: 'reading' | 'request') => deviceTopic(credential.home, credential.id, kind);
    const heardOn = (kind: 'reading' | 'request') =>
      overheard.filter(({ topic }) => topic === topicOf(kind)).map(({ payload }) => payload);
    const connect = (clientId: string, username: string, password: string) =>
      mqtt.connectAsync(stack.mqttUrl, { clientId, username, password, reconnectPeriod: 0 });
    async function listen(): Promise<mqtt.MqttClient> {
      const secret = (await readFile(join(stack.dataDir, 'broker/service-secret'), 'utf8')).trim();
      const client = await connect('hearth-api-ear', 'hearth-api', secret);
      client.on('message', (topic, payload) => void overheard.push({ topic, payload }));
      await client.subscribeAsync([topicOf('reading'), topicOf('request')], { qos: 1 });
      return client;
    }

    const parts = new AsyncDisposableStack();
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'hearth-encrypted-'));
      parts.defer(() => rm(folder, { recursive: true, force: true }));
      stack = parts.use(await startStack());
      credential = await stack.addDevice('sealed-sensor', { encrypt: true });
      broker = await listen();
      parts.defer(() => broker.endAsync(true));
      program = parts.use(startDevice());
    });
    afterAll(() => parts.disposeAsync());

    it('is told as encrypted, and its readings arrive', async () => {
      expect((await detail()).encryption).toMatchObject({ keyId: 1 });
      await expect
        .poll(device, patient)
        .toMatchObject({ isOnline: true, about: { model: 'Sealed' }, latest: { setpoint: { value: 20 } } });
      await expect.poll(async () => (await device()).latest.temperature?.value, patient).toBeCloseTo(20, 0);
      expect(await device()).toMatchObject({ counts: { missing: 0, rejected: 0 } });
    });

    it('answers when it is asked, and takes a setpoint and confirms it', async () => {
      const params = { id: credential.id };
      expect(await stack.api('ask', { params, body: {} })).toMatchObject({
        outcome: 'answered',
        values: { setpoint: 20 },
      });
      const command = await stack.api('setSetpoint', { params, body: { setpoint: 21.5 } });
      await expect.poll(device, patient).toMatchObject({
        latest: { setpoint: { value: 21.5 } },
        command: { id: command.id, state: 'confirmed' },
      });
      const state = JSON.parse(await readFile(join(folder, `${credential.id}.state`), 'utf8')) as object;
      expect(state).toMatchObject({ boot: 1, done: [expect.any(Number), expect.any(Number)] });
    });

    it('does not act on a command that comes again, or was altered', async () => {
      const [, set] = heardOn('request');
      const altered = Buffer.from(set!);
      altered[20]! ^= 1;
      const clear = JSON.stringify({ id: 'c-1', conn: 1, set: { setpoint: 30 } });
      for (const payload of [set!, altered, clear])
        await broker.publishAsync(topicOf('request'), payload, { qos: 1 });
      await expect
        .poll(() => program.output().trim().split('\n'), patient)
        .toEqual([
          expect.stringMatching(/^came before:/),
          expect.stringMatching(/^not from Hearth/),
          expect.stringMatching(/^not from Hearth/),
        ]);
    });

    it('cannot be spoken for by who stole its MQTT password: a copy is refused, and so is clear text', async () => {
      await program.kill('SIGKILL');
      await expect
        .poll(device, patient)
        .toMatchObject({ isOnline: false, counts: { missing: 0, rejected: 0 } });
      const stored = (await device()).latest.temperature!;
      const copy = heardOn('reading').at(-1)!;
      expect(copy[0]).toBe(1);
      expect(overheard.some(({ payload }) => payload.includes('temperature'))).toBe(false);

      const thief = await connect(credential.id, credential.id, credential.secret);
      await thief.publishAsync(topicOf('reading'), copy, { qos: 1, retain: true });
      const forged = JSON.stringify({ boot: 9, seq: 1, at: Date.now(), values: { temperature: 5 } });
      await thief.publishAsync(topicOf('reading'), forged, { qos: 1, retain: true });
      await expect
        .poll(async () => (await detail()).rejected.map(({ rule }) => rule), patient)
        .toEqual(['not-encrypted', 'replay']);
      await thief.endAsync(true);
      expect((await device()).latest.temperature).toEqual(stored);
    });

    it('starts anew with the next boot, is heard, and still does no command of the boot before', async () => {
      const before = (await device()).latest.temperature!.at;
      const [, set] = heardOn('request');
      program = parts.use(startDevice());
      await expect.poll(async () => (await device()).latest.temperature!.at, patient).toBeGreaterThan(before);
      await broker.publishAsync(topicOf('request'), set!, { qos: 1 });
      await expect.poll(() => program.output(), patient).toMatch(/^came before:/);
      const outcome = await stack.api('ask', { params: { id: credential.id }, body: {} });
      expect(outcome).toMatchObject({ outcome: 'answered', values: { setpoint: 20 } });
      expect(await device()).toMatchObject({ isOnline: true, counts: { rejected: 2 } });
    });
  },
);
