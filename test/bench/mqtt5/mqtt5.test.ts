import * as fc from 'fast-check';
import type { Packet } from 'mqtt';
import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isInstalled, run, skipReason } from '../../interop/programs.ts';
import {
  connectTo,
  gateway,
  makeTemporaryFolder,
  next,
  serviceName,
  startHouse,
  type Client,
  type House,
  type Options,
} from './clients.ts';
import { codec, type Properties } from './codec.ts';
import { unwrap, wrap } from './envelope.ts';
import { startFronted } from './fronted.ts';

const properties = {
  contentType: 'application/json',
  responseTopic: 'answers/here',
  correlationData: Buffer.from([0, 1, 0xff]),
  payloadFormatIndicator: true,
  userProperties: { room: 'kitchen', sensor: ['a', 'b'] },
};
const { isSkipped, note } = skipReason(
  isInstalled('mosquitto_pub') && isInstalled('mosquitto_sub') ? null : 'mosquitto-clients is not installed',
);

let house: House;
beforeAll(async () => void (house = await startHouse()));
afterAll(() => house?.[Symbol.asyncDispose]());

let clients = 0;
const newId = (): string => `${serviceName}-${++clients}`;
const join = (options: Options = {}): Promise<Client> => house.connect({ clientId: newId(), ...options });
const topicOf = (name: string): string => `prototype/${name}`;
const texts = ({ messages }: Client): string[] => messages.map(({ payload }) => payload.toString());
const durable = (clientId: string, sessionExpiryInterval: number): Options => ({
  clientId,
  clean: false,
  properties: { sessionExpiryInterval },
});
/** Ends a connection; resolves when the front has seen it. */
async function leave({ mqtt }: Client, sessionExpiryInterval?: number): Promise<void> {
  const before = house.front.connections;
  await mqtt.endAsync(false, {
    reasonCode: 0,
    ...(sessionExpiryInterval !== undefined && { properties: { sessionExpiryInterval } }),
  });
  await expect.poll(() => house.front.connections).toBeLessThan(before);
}
const aPublish = (of: Properties): Packet => ({
  cmd: 'publish',
  topic: 'a',
  payload: '',
  qos: 0,
  dup: false,
  retain: false,
  properties: of,
});
/** The reason code with which the server ends the connection. */
const endOf = async ({ mqtt }: Client): Promise<number | undefined> => {
  const packet = await next<{ reasonCode?: number }>(mqtt, 'disconnect');
  return packet.reasonCode;
};
/** A durable session that subscribes and goes. */
async function absent(clientId: string, filter: string, intervalS = 3600): Promise<void> {
  await using client = await join(durable(clientId, intervalS));
  await client.mqtt.subscribeAsync(filter, { qos: 2 });
  await leave(client);
}

describe('PUBLISH properties', () => {
  it('reach a subscriber of MQTT 5 as they were sent, and one of 3.1.1 gets the payload alone', async () => {
    await using five = await join();
    await using four = await join({ protocolVersion: 4 });
    await using publisher = await join();
    for (const { mqtt } of [five, four]) await mqtt.subscribeAsync(topicOf('all/+'), { qos: 2 });
    for (const qos of [0, 1, 2] as const)
      await publisher.mqtt.publishAsync(topicOf('all/x'), `at ${qos}`, { qos, properties });
    await expect.poll(() => texts(five)).toEqual(['at 0', 'at 1', 'at 2']);
    await expect.poll(() => texts(four)).toEqual(['at 0', 'at 1', 'at 2']);
    for (const message of five.messages) expect(message.properties).toEqual(properties);
    for (const message of four.messages) expect(message.properties).toBeUndefined();
  });

  it('stay with a retained message and with a will, and DISCONNECT may ask for the will', async () => {
    await using publisher = await join({
      will: { topic: topicOf('will'), payload: Buffer.from('gone'), qos: 1, retain: true, properties },
    });
    await publisher.mqtt.publishAsync(topicOf('kept'), 'kept', { qos: 1, retain: true, properties });
    await publisher.mqtt.endAsync(false, { reasonCode: 4 });
    await using subscriber = await join();
    await subscriber.mqtt.subscribeAsync([topicOf('kept'), topicOf('will')], { qos: 1 });
    await expect.poll(() => texts(subscriber).toSorted()).toEqual(['gone', 'kept']);
    for (const message of subscriber.messages) expect(message.properties).toEqual(properties);
  });

  it('do not keep a retained message from being cleared', async () => {
    await using publisher = await join();
    for (const text of ['kept', ''])
      await publisher.mqtt.publishAsync(topicOf('cleared'), text, { qos: 1, retain: true, properties });
    await publisher.mqtt.publishAsync(topicOf('cleared/not'), 'here', { qos: 1, retain: true });
    await using subscriber = await join();
    await subscriber.mqtt.subscribeAsync(topicOf('cleared/#'), { qos: 1 });
    await expect.poll(() => texts(subscriber)).toEqual(['here']);
  });

  it('are taken out of any payload that they were put before', () => {
    const time = fc.integer({ min: 0, max: 2 ** 32 });
    fc.assert(
      fc.property(
        fc.uint8Array(),
        fc.option(fc.string()),
        fc.integer({ min: 0 }),
        time,
        (bytes, type, s, now) => {
          // Wrapped twice: the inner one is a payload that looks like an envelope.
          const payload = wrap(Buffer.from(bytes), { contentType: 'inner' }, now);
          const given = type === null ? {} : { contentType: type, messageExpiryInterval: s };
          const opened = unwrap(wrap(payload, given, now));
          expect(opened.payload).toEqual(payload);
          expect(opened.properties?.contentType).toBe(given.contentType);
          expect(opened.expiresAt).toBe(type === null ? Infinity : now + s * 1000);
        },
      ),
    );
  });

  it('carry a request and its response between two clients', async () => {
    await using device = await join();
    await device.mqtt.subscribeAsync(topicOf('request'), { qos: 1 });
    device.mqtt.on('message', (_topic, payload, { properties: asked }) => {
      const { responseTopic, correlationData } = asked ?? {};
      device.mqtt.publish(responseTopic!, `${payload.toString()}: 21 °C`, {
        qos: 1,
        properties: { correlationData: correlationData! },
      });
    });
    await using asker = await join();
    await asker.mqtt.subscribeAsync(topicOf('response/mine'), { qos: 1 });
    await asker.mqtt.publishAsync(topicOf('request'), 'temperature', {
      qos: 1,
      properties: { responseTopic: topicOf('response/mine'), correlationData: Buffer.from('7') },
    });
    await expect.poll(() => texts(asker)).toEqual(['temperature: 21 °C']);
    expect(asker.messages[0]?.properties?.correlationData).toEqual(Buffer.from('7'));
  });

  it('are kept in the journal of a broker that is killed, for a session that is away', async () => {
    await using open = new AsyncDisposableStack();
    const folder = makeTemporaryFolder(open);
    const before = await startFronted(folder);
    const { front: place } = before;
    const own = { username: place.username, password: place.password };
    const away = { ...own, ...durable(newId(), 3600) };
    const first = await connectTo(place.port, away);
    await first.mqtt.subscribeAsync(topicOf('journal'), { qos: 1 });
    await first.mqtt.endAsync();
    const publisher = await connectTo(place.port, { ...own, clientId: newId() });
    for (const text of ['one', 'two'])
      await publisher.mqtt.publishAsync(topicOf('journal'), text, { qos: 1, properties });
    await before.kill();
    await publisher.mqtt.endAsync(true);

    const after = open.use(await startFronted(folder));
    await using again = await connectTo(after.front.port, away);
    expect(again.connack.sessionPresent).toBe(true);
    await expect.poll(() => texts(again)).toEqual(['one', 'two']);
    for (const message of again.messages) expect(message.properties).toEqual(properties);
  });
});

describe('message expiry', () => {
  it('is counted down while the message waits, and what is over is not delivered at any QoS', async () => {
    const clientId = newId();
    await absent(clientId, topicOf('expiry'));
    await using publisher = await join();
    for (const qos of [1, 2] as const)
      for (const messageExpiryInterval of [30, 90])
        await publisher.mqtt.publishAsync(topicOf('expiry'), `${messageExpiryInterval} s`, {
          qos,
          properties: { messageExpiryInterval },
        });
    house.clock.aheadMs += 40_000;
    await using late = await join(durable(clientId, 3600));
    await publisher.mqtt.publishAsync(topicOf('expiry'), 'last', { qos: 1 });
    // What has QoS 2 is handed on with its PUBREL, and may be behind the last.
    await expect.poll(() => texts(late).toSorted()).toEqual(['90 s', '90 s', 'last']);
    const counted = late.messages.filter(({ payload }) => payload.toString() === '90 s');
    for (const { properties: left } of counted) {
      expect(left?.messageExpiryInterval).toBeLessThanOrEqual(50);
      expect(left?.messageExpiryInterval).toBeGreaterThan(40);
    }
  });
});

describe('session expiry', () => {
  const isPresent = async (clientId: string): Promise<boolean> => {
    await using client = await join(durable(clientId, 3600));
    await leave(client);
    return client.connack.sessionPresent;
  };

  it('keeps a session for its interval and no longer', async () => {
    const clientId = newId();
    await absent(clientId, topicOf('interval'), 100);
    house.clock.aheadMs += 99_000;
    expect(await isPresent(clientId)).toBe(true);
    house.clock.aheadMs += 3_601_000;
    expect(await isPresent(clientId)).toBe(false);
  });
  it('ends it though the client never comes again', async () => {
    const before = house.front.sessions;
    await using client = await join(durable(newId(), 1));
    expect(house.front.sessions).toBe(before + 1);
    await leave(client);
    await expect.poll(() => house.front.sessions).toBe(before);
  });
  it('of 0 ends it with its connection, also when DISCONNECT says so', async () => {
    const [first, second] = [newId(), newId()];
    await absent(first, topicOf('zero'), 0);
    expect(await isPresent(first)).toBe(false);
    await using client = await join(durable(second, 3600));
    await client.mqtt.subscribeAsync(topicOf('zero'), { qos: 1 });
    await leave(client, 0);
    expect(await isPresent(second)).toBe(false);
  });
  it('of 0xFFFFFFFF never ends it', async () => {
    const clientId = newId();
    await absent(clientId, topicOf('ever'), 0xff_ff_ff_ff);
    house.clock.aheadMs += 10 * 365 * 86_400_000;
    expect(await isPresent(clientId)).toBe(true);
  });
  it('is not taken from DISCONNECT when CONNECT had none', async () => {
    await using client = await join();
    const end = endOf(client);
    client.mqtt.end(false, { reasonCode: 0, properties: { sessionExpiryInterval: 60 } });
    expect(await end).toBe(0x82);
  });
  it('does not keep what was there before a clean start', async () => {
    const clientId = newId();
    await absent(clientId, topicOf('clean'));
    await using client = await join({ ...durable(clientId, 3600), clean: true });
    expect(client.connack.sessionPresent).toBe(false);
    await leave(client);
    expect(await isPresent(clientId)).toBe(true);
  });
});

describe('connections', () => {
  it('hear what the server takes, the name they were given and the keep-alive that holds', async () => {
    await using client = await join({
      clientId: '',
      keepalive: 600,
      username: gateway.id,
      password: gateway.secret,
    });
    expect(client.connack.properties).toMatchObject({
      assignedClientIdentifier: gateway.id,
      serverKeepAlive: 300,
      topicAliasMaximum: 16,
      maximumPacketSize: 65_536,
      receiveMaximum: 1000,
      sharedSubscriptionAvailable: false,
      subscriptionIdentifiersAvailable: false,
    });
  });
  it('are refused with a reason code', async () => {
    await expect(join({ password: 'wrong' })).rejects.toMatchObject({ code: 0x87 });
    const properties5 = { authenticationMethod: 'SCRAM-SHA-1' };
    await expect(join({ properties: properties5 })).rejects.toMatchObject({ code: 0x8c });
  });
  it('are told when another takes their name', async () => {
    const clientId = newId();
    await using first = await join({ clientId });
    const end = endOf(first);
    await using second = await join({ clientId });
    expect(await end).toBe(0x8e);
    expect(second.mqtt.connected).toBe(true);
  });
  it.each<[number, string, Packet | Buffer]>([
    [0x81, 'no packet', Buffer.of(0x30, 2, 0, 9)],
    [0x82, 'a response topic with a wildcard', aPublish({ responseTopic: 'any/#' })],
    [0x94, 'an alias that was not offered', aPublish({ topicAlias: 17 })],
    [
      0xa1,
      'a subscription identifier',
      {
        cmd: 'subscribe',
        messageId: 9,
        subscriptions: [{ topic: 'a', qos: 0 }],
        properties: { subscriptionIdentifier: 1 },
      },
    ],
  ])('are closed with reason code %i for %s', async (reasonCode, _what, given) => {
    await using client = await join();
    const end = endOf(client);
    client.mqtt.stream.write(Buffer.isBuffer(given) ? given : codec.generate(given, { protocolVersion: 5 }));
    expect(await end).toBe(reasonCode);
  });
  it('use aliases for topics, as many as they were offered', async () => {
    await using subscriber = await join();
    await subscriber.mqtt.subscribeAsync(topicOf('alias'), { qos: 1 });
    await using publisher = await join({ autoAssignTopicAlias: true });
    for (const text of ['by name', 'by alias'])
      await publisher.mqtt.publishAsync(topicOf('alias'), text, { qos: 1 });
    await expect.poll(() => texts(subscriber)).toEqual(['by name', 'by alias']);
    for (const { topic } of subscriber.messages) expect(topic).toBe(topicOf('alias'));
  });
  it('never have more on the way than their Receive Maximum', async () => {
    await using open = new AsyncDisposableStack();
    const { password, front } = house;
    const socket = connectSocket({ port: front.port, host: '127.0.0.1' });
    open.defer(() => void socket.destroy());
    const send = (packet: Packet): unknown => socket.write(codec.generate(packet, { protocolVersion: 5 }));
    const ids: number[] = [];
    const parser = codec.parser({ protocolVersion: 5 });
    const subscribed = new Promise<void>((resolve) => {
      parser.on('packet', (packet) => {
        if (packet.cmd === 'suback') resolve();
        if (packet.cmd === 'publish') ids.push(packet.messageId!);
      });
    });
    socket.on('data', (chunk: Buffer) => parser.parse(chunk));
    const who = { clientId: newId(), username: serviceName, password: Buffer.from(password), clean: true };
    send({ cmd: 'connect', protocolVersion: 5, ...who, properties: { receiveMaximum: 2 } });
    send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: topicOf('window'), qos: 1 }] });
    await subscribed;
    await using publisher = await join();
    for (const text of ['1', '2', '3', '4', '5'])
      await publisher.mqtt.publishAsync(topicOf('window'), text, { qos: 1 });
    for (const count of [2, 3, 4, 5]) {
      await expect.poll(() => ids.length).toBe(count);
      send({ cmd: 'puback', messageId: ids[count - 2]! });
    }
  });
  it('get no packet beyond their Maximum Packet Size, and what follows it', async () => {
    await using subscriber = await join({ properties: { maximumPacketSize: 100 } });
    await subscriber.mqtt.subscribeAsync(topicOf('size'), { qos: 1 });
    await using publisher = await join();
    for (const text of ['small', 'x'.repeat(100), 'last'])
      await publisher.mqtt.publishAsync(topicOf('size'), text, { qos: 1 });
    await expect.poll(() => texts(subscriber)).toEqual(['small', 'last']);
  });
});

describe('subscriptions', () => {
  it('are answered with reason codes', async () => {
    await using client = await join({
      clientId: gateway.id,
      username: gateway.id,
      password: gateway.secret,
    });
    const asked = client.mqtt.subscribeAsync({ 't/a': { qos: 1 }, 'foreign/a': { qos: 1 } });
    await expect(asked).rejects.toMatchObject({ packet: { granted: [1, 0x87] } });
    const packet = (await client.mqtt.unsubscribeAsync(['t/a', 't/b'])) as { granted?: number[] };
    expect(packet.granted).toEqual([0, 0x11]);
  });
  it('bring retained messages always, when they are new, or never', async () => {
    await using publisher = await join();
    for (const name of ['always', 'new', 'never'])
      await publisher.mqtt.publishAsync(topicOf(`handling/${name}`), name, { qos: 1, retain: true });
    await using subscriber = await join();
    for (const round of [1, 2]) {
      await subscriber.mqtt.subscribeAsync(topicOf('handling/never'), { qos: 1, rh: 2 });
      await subscriber.mqtt.subscribeAsync(topicOf('handling/new'), { qos: 1, rh: 1 });
      await subscriber.mqtt.subscribeAsync(topicOf('handling/always'), { qos: 1, rh: 0 });
      const seen = ['new', 'always', 'always'].slice(0, round + 1);
      await expect.poll(() => texts(subscriber)).toEqual(seen);
    }
  });
});

describe.skipIf(isSkipped)(`mosquitto_pub and mosquitto_sub${note}`, () => {
  it('exchange properties over MQTT 5', async () => {
    const at = (): string[] =>
      `-V 5 -h 127.0.0.1 -p ${house.front.port} -u ${serviceName} -P ${house.password} -i ${newId()} -q 1`.split(
        ' ',
      );
    const topic = ['-t', topicOf('debian')];
    const given = [
      'content-type text/plain',
      'response-topic back/here',
      'correlation-data 42',
      'user-property room hall',
      'message-expiry-interval 3600',
    ].flatMap((one) => `-D publish ${one}`.split(' '));
    // What it prints waits until it ends: it takes a retained message, and goes.
    const published = await run('mosquitto_pub', [...at(), ...topic, '-r', '-m', 'warm', ...given]);
    expect(published).toEqual({ code: 0, output: '' });
    const { code, output } = await run('mosquitto_sub', [
      ...at(),
      ...topic,
      '-C',
      '1',
      '-F',
      '%p|%C|%R|%D|%P|%E',
    ]);
    expect(output).toMatch(/^warm\|text\/plain\|back\/here\|42\|room:hall\|3(600|5\d\d)$/m);
    expect(code).toBe(0);
  });
});
