import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { deviceTopic, type About, type Reading, type Request, type Response } from '@hearth/contract';
import mqtt from 'mqtt';
import { expect, test } from 'vitest';
import { startStack } from '../stack.ts';

/** A span as OTLP has it in JSON. @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
interface Span {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
}
interface Exported {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue?: string } }[] };
    scopeSpans: { spans: Span[] }[];
  }[];
}

/** What takes traces, as a collector does. */
async function startCollector() {
  const spans: (Span & { service: string | undefined })[] = [];
  const keep = async (request: IncomingMessage): Promise<void> => {
    const { resourceSpans } = JSON.parse(await text(request)) as Exported;
    for (const { resource, scopeSpans } of resourceSpans) {
      const name = resource.attributes.find(({ key }) => key === 'service.name');
      for (const span of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({ ...span, service: name?.value.stringValue });
    }
  };
  const server = createServer((request, response) => {
    void keep(request).then(() => response.setHeader('content-type', 'application/json').end('{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1/traces`,
    spans,
    [Symbol.asyncDispose]: async () => void (await once(server.close(), 'close')),
  };
}

const about: About = {
  contract: 1,
  maker: 'Test',
  model: 'T1',
  kind: 'thermostat',
  firmware: '1',
  quantities: { temperature: { unit: '°C', periodMs: 60_000 } },
  commands: { get: true },
};

/** Connects a device, sends one reading and answers one question. */
async function live(stack: Awaited<ReturnType<typeof startStack>>): Promise<void> {
  const { id, secret } = await stack.addDevice('hall');
  const topic = (kind: Parameters<typeof deviceTopic>[2]) => deviceTopic('home', id, kind);
  const client = await mqtt.connectAsync(stack.mqttUrl, { clientId: id, username: id, password: secret });
  const say = (kind: Parameters<typeof deviceTopic>[2], body: object, retain = true) =>
    client.publishAsync(topic(kind), JSON.stringify(body), { qos: 1, retain });
  client.on('message', (_, payload) => {
    const request = JSON.parse(payload.toString()) as Request;
    const response: Response = { id: request.id, values: { temperature: 20.7 }, at: Date.now(), tookMs: 3 };
    void say('response', response, false);
  });
  await client.subscribeAsync(topic('request'), { qos: 1 });
  await say('about', about);
  await say('status', { online: true, boot: 1, conn: 1 });
  const reading: Reading = { boot: 1, seq: 1, at: Date.now(), values: { temperature: 20.6 } };
  await say('reading', reading);
  await expect
    .poll(async () => (await stack.api('devices'))[0])
    .toMatchObject({ isOnline: true, latest: { temperature: { value: 20.6 } } });
  const outcome = await stack.api('ask', { params: { id }, body: { deadlineMs: 10_000 } });
  expect(outcome).toMatchObject({ outcome: 'answered' });
  await client.endAsync();
}

test('one reading and one request are each one trace across device, broker, bridge, store and api', async () => {
  await using collector = await startCollector();
  {
    await using stack = await startStack({ env: { HEARTH_OTLP_URL: collector.url } });
    await live(stack);
  }
  const traceOf = (name: string) => {
    const whole = collector.spans.find((span) => span.name === name);
    const parts = collector.spans.filter(({ traceId }) => traceId === whole?.traceId);
    return { whole, steps: parts.filter((span) => span !== whole) };
  };
  const reading = traceOf('reading');
  expect(reading.steps.map(({ service, name }) => `${service}: ${name}`).sort()).toEqual([
    'hearth-api: api: show and acknowledge',
    'hearth-api: bridge: read',
    'hearth-api: bridge: wait',
    'hearth-api: device and broker: measured until received',
    'hearth-api: store: commit',
    'hearth-broker: broker: check and keep',
  ]);
  const request = traceOf('request');
  expect(request.steps.map(({ service, name }) => `${service}: ${name}`).sort()).toEqual([
    'hearth-api: api to broker',
    'hearth-api: device: measure',
    'hearth-broker: broker: check and keep',
    'hearth-broker: broker: check and keep',
  ]);
  for (const { whole, steps } of [reading, request]) {
    expect(whole?.parentSpanId ?? '').toBe('');
    for (const step of steps) {
      expect(step.parentSpanId).toBe(whole?.spanId);
      expect(BigInt(step.endTimeUnixNano) >= BigInt(step.startTimeUnixNano)).toBe(true);
    }
  }
});

test('with a share of none nothing is told', async () => {
  await using collector = await startCollector();
  {
    await using stack = await startStack({
      env: { HEARTH_OTLP_URL: collector.url, HEARTH_OTLP_SHARE: '0' },
    });
    await live(stack);
  }
  expect(collector.spans).toEqual([]);
});
