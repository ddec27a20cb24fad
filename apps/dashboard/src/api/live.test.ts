import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import type { StreamEvent } from './event-stream.ts';
import { backOffMs, openLive, type Link, type LiveOptions } from './live.ts';

/** A server whose stream the test drives. */
async function openServer() {
  const asked: { lastEventId: string | undefined }[] = [];
  const streams: ServerResponse[] = [];
  let status = 200;
  const server = createServer((request, response) => {
    asked.push({ lastEventId: request.headers['last-event-id'] as string | undefined });
    if (status !== 200) {
      response.writeHead(status).end();
      return;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('event: hello\ndata: {"now":1}\n\n');
    streams.push(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    streams,
    answerWith: (next: number) => void (status = next),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function openHere(url: string, options: Partial<LiveOptions> = {}) {
  const events: StreamEvent[] = [];
  const links: Link['state'][] = [];
  const stream = openLive({
    url,
    onEvents: (turn) => void events.push(...turn),
    onLink: (link) => void links.push(link.state),
    waitMs: () => 5,
    ...options,
  });
  return { events, links, stream, [Symbol.dispose]: () => stream.close() };
}

describe('the live stream', () => {
  it('hands on events and says that it is live', async () => {
    await using server = await openServer();
    using live = openHere(server.url);
    await vi.waitFor(() => expect(live.events).toEqual([{ event: 'hello', data: '{"now":1}', id: '' }]));
    expect(live.links).toEqual(['live']);
  });

  it('comes back after a cut with the id of the last event, and says it was away', async () => {
    await using server = await openServer();
    using live = openHere(server.url);
    await vi.waitFor(() => expect(server.streams).toHaveLength(1));
    server.streams[0]?.write('id: s-41\nevent: reading\ndata: {}\n\n');
    await vi.waitFor(() => expect(live.events.at(-1)?.id).toBe('s-41'));
    server.streams[0]?.destroy();
    await vi.waitFor(() => expect(live.links).toEqual(['live', 'away', 'live']));
    expect(server.asked.map((request) => request.lastEventId)).toEqual([undefined, 's-41']);
  });

  it('keeps trying while the server answers 503, which an EventSource would not', async () => {
    await using server = await openServer();
    server.answerWith(503);
    using live = openHere(server.url);
    await vi.waitFor(() => expect(server.asked.length).toBeGreaterThan(2));
    server.answerWith(200);
    await vi.waitFor(() => expect(live.links).toEqual(['away', 'live']));
  });

  it('stops at 401 and says signed out', async () => {
    await using server = await openServer();
    server.answerWith(401);
    using live = openHere(server.url);
    await vi.waitFor(() => expect(live.links).toEqual(['signed-out']));
    expect(server.asked).toHaveLength(1);
  });

  it('notices a link on which nothing comes any more', async () => {
    await using server = await openServer();
    using live = openHere(server.url, { watchdogMs: 60 });
    await vi.waitFor(() => expect(live.links).toContain('away'));
    await vi.waitFor(() => expect(server.asked.length).toBeGreaterThan(1));
  });

  it('asks for nothing while paused and resumes after what it saw last', async () => {
    await using server = await openServer();
    using live = openHere(server.url);
    await vi.waitFor(() => expect(server.streams).toHaveLength(1));
    server.streams[0]?.write('id: s-9\nevent: reading\ndata: {}\n\n');
    await vi.waitFor(() => expect(live.events).toHaveLength(2));
    live.stream.pause();
    await vi.waitFor(() => expect(server.streams[0]?.closed).toBe(true));
    expect(server.asked).toHaveLength(1);
    live.stream.resume();
    await vi.waitFor(() => expect(server.asked.at(-1)?.lastEventId).toBe('s-9'));
  });

  it('backs off by doubling up to twenty seconds, with jitter of half', () => {
    expect([1, 2, 3, 9].map((attempt) => backOffMs(attempt, 1))).toEqual([500, 1000, 2000, 20_000]);
    expect(backOffMs(1, 0)).toBe(250);
  });
});
