import { createEventParser, type StreamEvent } from './event-stream.ts';
import { readInTurns } from './read-in-turns.ts';

/** The link to the server, as the page shows it. `sinceAt` is when this state began, in Unix ms. */
export interface Link {
  state: 'connecting' | 'live' | 'away' | 'signed-out';
  sinceAt: number;
}

/** Nothing at all for this long, when a heartbeat is due every 15 s, means a dead link. */
const watchdogMs = 40_000;
/** A hidden page lets go of its connection after this long, for the phone's battery. */
export const hiddenMs = 60_000;
const firstWaitMs = 500;
const longestWaitMs = 20_000;

/** How long to wait before try number `attempt` (from 1): doubling, with jitter so that tabs do not march. */
export function backOffMs(attempt: number, random = Math.random()): number {
  const full = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1));
  return full * (0.5 + random / 2);
}

/** What {@link openLive} needs. */
export interface LiveOptions {
  url: string;
  /** All that came since the last turn, in order. */
  onEvents(events: StreamEvent[]): void;
  onLink(link: Link): void;
  /** For tests; defaults to {@link backOffMs} and {@link watchdogMs}. */
  waitMs?: (attempt: number) => number;
  watchdogMs?: number;
}

/** An open live stream. */
export interface LiveStream {
  /** Lets go, and comes back with what was missed when told to {@link resume}. */
  pause(): void;
  /** Connects now, whatever wait was going on. */
  resume(): void;
  close(): void;
}

/** Reads one response of the stream to its end; `silenceMs` without a byte aborts it. */
async function readStream(
  url: string,
  lastId: string,
  controller: AbortController,
  silenceMs: number,
  take: (events: StreamEvent[]) => void,
): Promise<{ isSignedOut: boolean }> {
  let heardAt = performance.now();
  // One timer that looks again, as arming one anew for each of fifty pieces a second costs more than the piece.
  const look = () => {
    const leftMs = heardAt + silenceMs - performance.now();
    if (leftMs > 0) watchdog = setTimeout(look, leftMs);
    else controller.abort(new Error('Nothing came'));
  };
  let watchdog = setTimeout(look, silenceMs);
  try {
    const response = await fetch(url, {
      headers: { accept: 'text/event-stream', ...(lastId ? { 'last-event-id': lastId } : {}) },
      credentials: 'same-origin',
      cache: 'no-store',
      signal: controller.signal,
    });
    if (response.status === 401) return { isSignedOut: true };
    if (!response.ok || !response.body) throw new Error(`The stream answered ${response.status}`);
    const parse = createEventParser();
    const decoder = new TextDecoder();
    for await (const pieces of readInTurns(response.body)) {
      heardAt = performance.now();
      take(parse(pieces.map((piece) => decoder.decode(piece, { stream: true })).join('')));
    }
    return { isSignedOut: false };
  } finally {
    clearTimeout(watchdog);
  }
}

/**
 * Keeps one event stream open: reads it, notices when it is dead, comes back with `Last-Event-ID` so that the
 * server replays what was missed. Reads by fetch because EventSource gives up for good on 401 and 503, hides
 * the status, and forgets the id when it is made anew.
 */
export function openLive(options: LiveOptions): LiveStream {
  const waitMs = options.waitMs ?? backOffMs;
  let link: Link = { state: 'connecting', sinceAt: Date.now() };
  let lastId = '';
  let attempt = 0;
  let controller: AbortController | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function say(state: Link['state']): void {
    if (link.state === state) return;
    link = { state, sinceAt: Date.now() };
    options.onLink(link);
  }

  const take = (events: StreamEvent[]) => {
    attempt = 0;
    say('live');
    lastId = events.findLast(({ id }) => id)?.id ?? lastId;
    options.onEvents(events);
  };

  function connect(): void {
    stop();
    const own = new AbortController();
    controller = own;
    readStream(options.url, lastId, own, options.watchdogMs ?? watchdogMs, take)
      .then(({ isSignedOut }) => isSignedOut && say('signed-out'))
      // However it ended, what follows is the same: wait, and try again.
      .catch(() => {})
      .finally(() => {
        // Somebody else's turn: paused, closed or connected anew.
        if (controller !== own || link.state === 'signed-out') return;
        controller = null;
        attempt += 1;
        say('away');
        retry = setTimeout(connect, waitMs(attempt));
      });
  }

  function stop(): void {
    clearTimeout(retry);
    const old = controller;
    controller = null;
    old?.abort();
  }

  connect();
  return { pause: stop, resume: connect, close: stop };
}
