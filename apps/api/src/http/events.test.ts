import { connect } from 'node:net';
import { promisify } from 'node:util';
import Fastify from 'fastify';
import { describe, expect, it, vi } from 'vitest';
import { createLive } from '../live-ring.ts';
import { createEventStreams } from './events.ts';
import { startTestApi, type TestApi } from './test-api.ts';

interface Event {
  id?: string;
  event: string;
  data: string;
}

/** Reads a live stream; `events` grows as they come, `isEnded` tells that the server closed it. */
async function listen(api: TestApi, lastEventId?: string) {
  const aborter = new AbortController();
  const response = await fetch(`${api.url}/api/events`, {
    headers: { cookie: api.cookie ?? '', ...(lastEventId && { 'last-event-id': lastEventId }) },
    signal: aborter.signal,
  });
  const stream = { response, events: [] as Event[], isEnded: false, text: '' };
  void (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      stream.text += chunk;
      const frames = stream.text.split('\n\n').slice(0, -1);
      const parsed = frames.map((frame) =>
        Object.fromEntries(frame.split('\n').map((line) => line.split(/: (.*)/))),
      );
      stream.events = parsed.filter((frame) => 'event' in frame) as Event[];
    }
  })()
    .catch(() => undefined)
    .finally(() => (stream.isEnded = true));
  return Object.assign(stream, { [Symbol.dispose]: () => aborter.abort() });
}
/** What came, but for `health`: it changes with the parts as they start. */
const names = ({ events }: { events: Event[] }) =>
  events.map(({ event }) => event).filter((event) => event !== 'health');

async function signedIn(beatMs?: number): Promise<TestApi> {
  const api = await startTestApi({}, beatMs ? { beatMs } : {});
  await api.setUp();
  return api;
}

describe('the live stream', () => {
  it('greets, names its events, and says how to reconnect', async () => {
    await using api = await signedIn();
    using stream = await listen(api);
    expect(Object.fromEntries(stream.response.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    await expect.poll(() => names(stream)).toEqual(['hello']);
    expect(stream.text).toMatch(/^retry: 2000\n\n/);
    await api.call('POST', '/api/rooms', { body: { name: 'Kitchen' } });
    await expect.poll(() => names(stream)).toEqual(['hello', 'rooms']);
  });

  it('replays what a client missed, and says reset to one of an earlier process', async () => {
    await using api = await signedIn();
    using first = await listen(api);
    await api.call('POST', '/api/rooms', { body: { name: 'Kitchen' } });
    await expect.poll(() => names(first)).toEqual(['hello', 'rooms']);
    await api.call('POST', '/api/rooms', { body: { name: 'Bath' } });
    using second = await listen(api, first.events[1]!.id);
    await expect.poll(() => names(second)).toEqual(['hello', 'rooms']);
    using third = await listen(api, '0123456789ab-17');
    await expect.poll(() => names(third)).toEqual(['hello', 'reset']);
  });

  it('beats, so that a dead link is noticed', async () => {
    await using api = await signedIn(50);
    using stream = await listen(api);
    await expect.poll(() => names(stream).filter((name) => name === 'heartbeat').length).toBeGreaterThan(1);
    expect(JSON.parse(stream.events.at(-1)!.data).now).toBeTypeOf('number');
  });

  it('ends when the session is signed out, at once', async () => {
    await using api = await signedIn();
    using stream = await listen(api);
    await expect.poll(() => names(stream)).toEqual(['hello']);
    await api.call('DELETE', '/api/session');
    await vi.waitFor(() => expect(stream.isEnded).toBe(true));
  });

  it('ends when the server stops, which does not wait for it', async () => {
    const api = await signedIn();
    using stream = await listen(api);
    await expect.poll(() => names(stream)).toEqual(['hello']);
    await api[Symbol.asyncDispose]();
    await vi.waitFor(() => expect(stream.isEnded).toBe(true));
  });
});

it('cuts a client that does not read, and goes on for the others', async () => {
  const live = createLive(Date.now);
  const endings = { isLive: () => true, whenEnded: () => () => undefined };
  const streams = createEventStreams({
    live,
    endings,
    now: Date.now,
    filterFor: () => (message) => message,
  });
  const app = Fastify({ forceCloseConnections: true });
  app.get('/', (_, reply) => {
    streams.open(reply, { id: 'a', userId: 1, name: 'Anna', role: 'owner', rooms: null, expiresAt: 0 }, null);
  });
  const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
  let bytesRead = 0;
  const reader = connect(Number(url.port), url.hostname).on('data', (data) => (bytesRead += data.length));
  const frozen = connect(Number(url.port), url.hostname).on('error', () => undefined);
  frozen.once('data', () => frozen.pause());
  for (const socket of [reader, frozen]) socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(() => frozen.isPaused() && bytesRead > 0).toBe(true);

  let published = 0;
  const connections = () => promisify(app.server.getConnections.bind(app.server))();
  await vi.waitFor(
    async () => {
      // What the kernel buffers for the frozen one has to be filled first.
      for (let i = 0; i < 3; i++) live.publish('removed', { deviceIds: ['x'.repeat(65_536)] });
      published += 3;
      expect(await connections()).toBe(1);
    },
    { timeout: 15_000, interval: 10 },
  );
  await expect.poll(() => bytesRead).toBeGreaterThan(published * 65_536);
  await app.close();
  frozen.destroy();
});
