import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { heartbeatMs } from '@hearth/contract';
import type { Accounts } from '../accounts/accounts.ts';
import type { SignedIn } from '../accounts/sessions.ts';
import { TooManyError } from '../accounts/delays.ts';
import type { Live, LiveMessage } from '../live.ts';
import type { LiveFilter } from './live-filter.ts';

/** What an `EventSource` waits before it connects again. */
const retryMs = 2000;
/** A client that leaves this much unread is cut; it resumes by its Last-Event-ID. */
const unreadMaxBytes = 262_144;
/** Open streams: a home has some ten screens, and six tabs each is a lot. */
const streamsMax = 100;

/** The open live streams. */
export interface EventStreams {
  /** Turns the reply into a live stream that ends with the session, the connection or the server. */
  open(reply: FastifyReply, person: SignedIn, lastEventId: string | null): void;
  closeAll(): void;
  readonly count: number;
}

/** `beatMs` is for tests. @see HTML Living Standard, 9.2 Server-sent events */
export function createEventStreams(parts: {
  live: Live;
  /** Whether what somebody came in by still holds. */
  endings: Accounts['endings'];
  now: () => number;
  /** What of it somebody may see. */
  filterFor: (person: SignedIn) => LiveFilter;
  beatMs?: number;
}): EventStreams {
  const { live, endings, now, filterFor, beatMs = heartbeatMs } = parts;
  const open = new Set<ServerResponse>();

  function start(stream: ServerResponse, person: SignedIn, lastEventId: string | null): void {
    const filter = filterFor(person);
    const send = (given: LiveMessage): void => {
      const message = filter(given);
      if (message === null || stream.writableEnded || stream.destroyed) return;
      stream.write(frame(message));
      if (stream.writableLength > unreadMaxBytes) stream.destroy();
    };
    const beat = setInterval(() => {
      if (!endings.isLive(person.id)) stream.end();
      else send({ id: null, event: 'heartbeat', data: JSON.stringify({ now: now() }) });
    }, beatMs);
    const ends = [endings.whenEnded(person.id, () => stream.end())];
    stream.once('close', () => {
      clearInterval(beat);
      open.delete(stream);
      for (const end of ends) end();
    });
    open.add(stream);
    stream.write(`retry: ${retryMs}\n\n`);
    ends.push(live.subscribe(lastEventId, send));
  }

  return {
    open(reply, person, lastEventId) {
      if (open.size >= streamsMax) throw new TooManyError(60);
      reply.hijack();
      reply.raw.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-transform',
        'x-accel-buffering': 'no',
      });
      start(reply.raw, person, lastEventId);
    },
    closeAll() {
      for (const stream of open) stream.end();
    },
    get count() {
      return open.size;
    },
  };
}

/** JSON has no raw line breaks, so one data line is enough. */
function frame({ id, event, data }: LiveMessage): string {
  return `${id === null ? '' : `id: ${id}\n`}event: ${event}\ndata: ${data}\n\n`;
}
