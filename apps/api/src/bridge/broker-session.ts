import type { Log } from '@hearth/part';
import { readFile } from 'node:fs/promises';
import { createBackOff } from './back-off.ts';
import { openConnection, type Connection, type Delivery } from './connection.ts';
import { BrokerAwayError } from './in-flight.ts';
import { pause } from './pause.ts';

/** How the link to the broker stands. `since` is the beginning of this state, Unix ms. */
export interface LinkState {
  isConnected: boolean;
  since: number | null;
  problem?: string;
}

/** A session with the broker that outlives its connections. */
export interface BrokerSession extends AsyncDisposable {
  state(): LinkState;
  /**
   * Publishes at QoS 1; resolves at the broker's acknowledgement.
   * @throws {BrokerAwayError} without a connection, and when it is lost before the acknowledgement.
   */
  publish(
    topic: string,
    payload: string,
    options?: { isRetained?: boolean; isUrgent?: boolean },
  ): Promise<void>;
  /** Stops and starts the flow of messages; a new connection begins flowing. */
  pause(): void;
  resume(): void;
}

export interface SessionOptions {
  url: string;
  /** Fixed: the broker knows the session by it. */
  clientId: string;
  user: string;
  /** Read before each attempt; the broker writes it at its first start. */
  passwordFile: string;
  filters: readonly string[];
  log: Log;
  now: () => number;
  keepaliveS?: number;
  onMessage: (delivery: Delivery) => void;
  /** Called when subscribed, and after each attempt or connection that came to nothing. */
  onConnected: () => void;
  onLost: () => void;
}

const keepaliveDefaultS = 30;

/** Starts to connect, and connects again whenever the connection is lost, until disposed. */
export function openBrokerSession(options: SessionOptions): BrokerSession {
  const { log, now } = options;
  const backOff = createBackOff();
  const stopping = new AbortController();
  /** Whatever flows, and what is subscribed as well: queued messages come before SUBACK. */
  let flowing: Connection | null = null;
  let connection: Connection | null = null;
  let state: LinkState = { isConnected: false, since: now() };

  const live = async (): Promise<void> => {
    const opened = await connect(options, stopping.signal);
    flowing = opened;
    const stop = (): void => opened.end();
    stopping.signal.addEventListener('abort', stop);
    try {
      if (stopping.signal.aborted) stop();
      const refused = await opened.subscribe(options.filters);
      const problem = `the broker refuses us ${refused.join(', ')}`;
      if (refused.length > 0) log.warn({ problem }, 'not all is heard');
      connection = opened;
      backOff.reset();
      state = { isConnected: true, since: now(), ...(refused.length > 0 ? { problem } : {}) };
      log.info({ url: options.url }, 'connected to the broker');
      options.onConnected();
      throw new BrokerAwayError(await opened.ended);
    } finally {
      opened.end();
      stopping.signal.removeEventListener('abort', stop);
    }
  };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await live();
      } catch (error) {
        if (!(error instanceof BrokerAwayError)) throw error;
        const wasConnected = connection !== null;
        connection = flowing = null;
        if (state.problem !== error.message && !stopping.signal.aborted)
          log.warn({ problem: error.message }, 'no connection to the broker');
        state = { isConnected: false, since: wasConnected ? now() : state.since, problem: error.message };
        if (stopping.signal.aborted) return;
        options.onLost();
        await pause(backOff.nextMs(), stopping.signal);
      }
    }
  };
  const running = run();

  return {
    state: () => state,
    publish(topic, payload, { isRetained = false, isUrgent = false } = {}) {
      if (!connection) return Promise.reject(new BrokerAwayError(state.problem ?? 'not connected yet'));
      return connection.publish(topic, payload, { isRetained, isUrgent });
    },
    pause: () => flowing?.pause(),
    resume: () => flowing?.resume(),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await running;
    },
  };
}

async function connect(options: SessionOptions, signal: AbortSignal): Promise<Connection> {
  const { url, clientId, user, passwordFile, now, onMessage, keepaliveS = keepaliveDefaultS } = options;
  let password: string;
  try {
    password = (await readFile(passwordFile, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'is not there yet: the broker writes it at its first start' : String(error);
    throw new BrokerAwayError(`the password file ${passwordFile} ${why}`, { cause: error });
  }
  return openConnection({ url: new URL(url), clientId, user, password, keepaliveS, now, signal, onMessage });
}
