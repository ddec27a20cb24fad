import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  deviceTopic,
  readEnvelope,
  type EnvelopeCounter,
  type MessageKind,
  type PayloadKey,
} from '@hearth/contract';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { directionKeys, openEnvelope, sealEnvelope } from './envelope.ts';
import { home, reading, soon, startTestBridge, thermostat, type TestBridge } from './test-bridge.ts';

type Kind = Extract<MessageKind, 'reading' | 'response'>;

/** A device that encrypts: the test's own, beside the one of the rig that speaks for it. */
async function addEncrypted(rig: TestBridge, id: string) {
  const device = await rig.addDevice(id, null);
  let payloadKey: PayloadKey = rig.bridge.encryption.switchOn(id);
  await device.publish('about', thermostat);
  await expect.poll(() => rig.devices.get(id)?.about, soon).not.toBe(null);
  const keys = () => directionKeys(Buffer.from(payloadKey.secret, 'base64url'), home, id);
  let seq = 0;
  const heard: { kind: string; counter: EnvelopeCounter; body: any }[] = []; // oxlint-disable-line typescript/no-explicit-any -- as tests look at it
  device.client.removeAllListeners('message');
  device.client.on('message', (topic, payload) => {
    const envelope = readEnvelope(payload);
    const opened = envelope && openEnvelope(keys().toDevice, { device: id, topic }, envelope);
    if (!opened)
      heard.push({ kind: 'clear or foreign', counter: { boot: 0, seq: 0 }, body: payload.toString() });
    else
      heard.push({
        kind: topic.split('/').at(-1)!,
        counter: envelope.counter,
        body: JSON.parse(opened.toString()),
      });
  });
  const seal = (kind: Kind, body: object, counter = { boot: 1, seq: ++seq }): Buffer => {
    const place = { device: id, topic: deviceTopic(home, id, kind), keyId: payloadKey.keyId, counter };
    return sealEnvelope(keys().fromDevice, place, Buffer.from(JSON.stringify(body)));
  };
  return { device, heard, seal, takeKey: (key: PayloadKey) => void (payloadKey = key) };
}

const rules = (rig: TestBridge, id = 'hall') =>
  rig.devices.detail(id)?.rejected.flatMap(({ rule, count }) => Array.from({ length: count }, () => rule));
const stored = async (rig: TestBridge) => (await rig.store.progress())[0];

test('readings are opened and stored, and their receipt comes in an envelope', async () => {
  await using rig = await startTestBridge();
  const { device, heard, seal } = await addEncrypted(rig, 'hall');
  for (const seq of [1, 2, 3])
    await device.publish('reading', seal('reading', reading(seq, { temperature: 20 + seq })));
  await expect.poll(() => rig.devices.get('hall')?.latest.temperature?.value, soon).toBe(23);
  await expect.poll(() => heard.at(-1), soon).toMatchObject({ kind: 'receipt', body: { boot: 1, seq: 3 } });
  expect(heard.map(({ kind }) => kind)).not.toContain('clear or foreign');
  expect(rig.devices.get('hall')?.counts).toEqual({ duplicates: 0, missing: 0, awaited: 0, rejected: 0 });
});

test('an envelope that comes again is refused, also after the api was killed, and a command is not confirmed by it', async () => {
  await using rig = await startTestBridge();
  const { device, heard, seal } = await addEncrypted(rig, 'hall');
  const old = seal('reading', reading(1, { temperature: 20, setpoint: 23 }));
  await device.publish('reading', old);
  await device.publish('reading', seal('reading', reading(2, { temperature: 20, setpoint: 18 })));
  await expect.poll(() => stored(rig), soon).toMatchObject({ seq: 2 });

  const { id } = await rig.bridge.setSetpoint(rig.devices.get('hall')!, 23, 'Ada');
  await device.publish('reading', old);
  await expect.poll(() => rules(rig), soon).toEqual(['replay']);
  expect(rig.devices.get('hall')?.command).toMatchObject({ id, state: 'waiting' });
  await expect.poll(() => heard.at(-1)?.kind, soon).toBe('request');

  await rig.restartBridge();
  await device.publish('reading', old);
  await expect.poll(() => rules(rig), soon).toEqual(['replay', 'replay']);
  expect(rig.devices.detail('hall')?.rejected[0]).toMatchObject({
    got: '1/1',
    expected: expect.stringContaining('1/2'),
  });
  expect(await stored(rig)).toMatchObject({ seq: 2, duplicates: 0 });
});

test('an envelope of a boot that is over is refused; within 64 of the newest the order does not matter', async () => {
  await using rig = await startTestBridge();
  const { device, seal } = await addEncrypted(rig, 'hall');
  const send = (seq: number, counter: EnvelopeCounter) =>
    device.publish('reading', seal('reading', reading(seq), counter));
  await send(1, { boot: 2, seq: 100 });
  await send(2, { boot: 2, seq: 37 });
  await expect.poll(() => stored(rig), soon).toMatchObject({ seq: 2 });
  await send(3, { boot: 2, seq: 36 });
  await send(4, { boot: 1, seq: 101 });
  await send(5, { boot: 2, seq: 38 });
  await expect.poll(() => stored(rig), soon).toMatchObject({ seq: 5, missing: 2 });
  expect(rules(rig)).toEqual(['replay', 'replay']);
});

test('clear and foreign payloads of a device that encrypts are refused without a receipt', async () => {
  await using rig = await startTestBridge();
  const { device, heard, seal } = await addEncrypted(rig, 'hall');
  await device.publish('reading', reading(1));
  await device.publish('response', { id: 'q-1', at: Date.now(), values: { temperature: 20 } });
  const forged = seal('reading', reading(2));
  forged[20]! ^= 1;
  await device.publish('reading', forged);
  const misplaced = seal('response', reading(3));
  await device.publish('reading', misplaced);
  await expect
    .poll(() => rules(rig), soon)
    .toEqual(['envelope-tag', 'envelope-tag', 'not-encrypted', 'not-encrypted']);
  expect(JSON.stringify(rig.devices.detail('hall')?.rejected)).not.toContain('temperature');
  expect(heard).toEqual([]);
  // Only what is surely the device's own counts as dealt with.
  await device.publish('reading', seal('reading', reading(1, { temperature: 20 }, { unknown: 1 })));
  await expect.poll(() => heard.map(({ body }) => body), soon).toEqual([{ boot: 1, seq: 1 }]);
  expect(rules(rig)?.[0]).toBe('additionalProperties');
  expect(await rig.store.latest()).toEqual([]);
});

test('a request comes in an envelope with a counter that only grows, and its answer is taken', async () => {
  await using rig = await startTestBridge();
  const { device, heard, seal } = await addEncrypted(rig, 'hall');
  await expect.poll(() => rig.devices.get('hall')?.isOnline, soon).toBe(true);
  const ask = async () => {
    const before = heard.length;
    const outcome = rig.bridge.ask(rig.devices.get('hall')!, { deadlineMs: 10_000 });
    await expect.poll(() => heard.length, soon).toBe(before + 1);
    // Neither a clear answer nor rubbish settles it.
    const { id } = heard.at(-1)!.body;
    await device.publish('response', { id, at: Date.now(), values: { temperature: 99 } });
    await device.publish('response', Buffer.from([1, 2, 3]));
    const answer = seal('response', { id, at: Date.now(), values: { temperature: 21 } });
    await device.publish('response', answer);
    expect(await outcome).toMatchObject({ outcome: 'answered', values: { temperature: 21 } });
  };
  await ask();
  await ask();
  await rig.restartBridge();
  await expect.poll(() => rig.devices.get('hall')?.isOnline, soon).toBe(true);
  await ask();
  const counters = heard.map(({ counter }) => counter);
  expect(heard.map(({ kind }) => kind)).toEqual(['request', 'request', 'request']);
  expect(counters[1]).toEqual({ boot: counters[0]!.boot, seq: counters[0]!.seq + 1 });
  expect(counters[2]!.boot).toBeGreaterThan(counters[1]!.boot);
  expect(counters[2]!.boot).toBeGreaterThanOrEqual(Math.floor(Date.now() / 1000) - 60);
});

test('with a new secret the one before is void, and switched off the device is heard in clear', async () => {
  await using rig = await startTestBridge();
  const { device, seal, takeKey } = await addEncrypted(rig, 'hall');
  expect(rig.bridge.encryption.of('hall')).toMatchObject({ keyId: 1 });
  const first = seal('reading', reading(1));
  takeKey(rig.bridge.encryption.switchOn('hall'));
  await device.publish('reading', first);
  await expect.poll(() => rules(rig), soon).toEqual(['envelope-key']);
  await device.publish('reading', seal('reading', reading(2), { boot: 1, seq: 1 }));
  await expect.poll(() => stored(rig), soon).toMatchObject({ seq: 2 });

  rig.bridge.encryption.switchOff('hall');
  await device.publish('reading', seal('reading', reading(3)));
  await device.publish('reading', reading(4));
  await expect.poll(() => stored(rig), soon).toMatchObject({ seq: 4 });
  expect(rules(rig)).toEqual(['encrypted', 'envelope-key']);
  await rig.restartBridge();
  expect(rig.bridge.encryption.of('hall')).toBe(null);
});

test('what the broker retains is no replay', async () => {
  await using rig = await startTestBridge();
  const { device, seal } = await addEncrypted(rig, 'hall');
  await device.publish('reading', seal('reading', reading(1)));
  await expect.poll(() => stored(rig), soon).toMatchObject({ seq: 1 });
  await rig.restartBridge();
  await device.publish('reading', seal('reading', reading(2)));
  await expect.poll(() => stored(rig), soon).toMatchObject({ seq: 2 });
  expect(rig.devices.get('hall')?.counts.rejected).toBe(0);
});

test('without the wrapping key nothing is taken and nothing is sent; the database alone holds no secret', async () => {
  await using rig = await startTestBridge();
  const { device, seal, heard } = await addEncrypted(rig, 'hall');
  const db = new Database(join(rig.dataDir, 'hearth.db'), { readonly: true });
  const wrapped = db.prepare('SELECT wrapped FROM payload_key').pluck().get() as Buffer;
  db.close();
  expect(wrapped).toHaveLength(12 + 32 + 16);
  rmSync(join(rig.dataDir, 'payload-key'));
  await rig.restartBridge();
  await device.publish('reading', seal('reading', reading(1)));
  await expect.poll(() => rules(rig), soon).toEqual(['envelope-secret']);
  await expect.poll(() => rig.devices.get('hall')?.isOnline, soon).toBe(true);
  await expect(rig.bridge.setSetpoint(rig.devices.get('hall')!, 21, 'Ada')).resolves.toMatchObject({
    state: 'sending',
  });
  await expect(rig.bridge.ask(rig.devices.get('hall')!, {})).rejects.toMatchObject({
    code: 'cannot-encrypt',
  });
  expect(heard).toEqual([]);
});
