import type { Log } from '@hearth/part';
import { readFile } from 'node:fs/promises';
import { createBackOff } from './back-off.ts';
import { openConnection, type Connection, type Delivery } from './connection.ts';
import { BrokerAwayError } from './in-flight.ts';
import { pause } from './pause.ts';
import type { TlsMaterial } from './wire.ts';

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
    payload: string | Buffer,
    options?: { isRetained?: boolean; isUrgent?: boolean },
  ): Promise<void>;
  /** Hears again what the broker retains, for those of whom nothing was taken before. */
  subscribeAgain(): Promise<void>;
  /** Hears these as well, at QoS 0, from now on: `liveFilters` is to have them after the next connection. */
  subscribeLive(filters: readonly string[]): Promise<void>;
  /** Stops and starts the flow of messages; a new connection begins flowing. */
  pause(): void;
  resume(): void;
}

export interface SessionOptions {
  url: string;
  /** Fixed: the broker knows the session by it. */
  clientId: string;
  user: string;
  /** Read before each attempt; our broker writes it at its first start. */
  passwordFile: string;
  /** In place of the file. */
  password?: string | undefined;
  /** Files in PEM, read before each attempt, so that a new certificate needs no restart. */
  tlsFiles?: TlsFiles;
  /** The broker forgets us when we leave. */
  isClean?: boolean;
  /** What the broker says for us when we are gone without a word, retained. */
  will?: { topic: string; payload: string };
  /** What it means when this broker says that it is not ready. */
  notReady?: string;
  filters: readonly string[];
  /** Subscribed after the others, and no problem where they are refused. */
  optionalFilters?: readonly string[];
  /** Subscribed at QoS 0 after the others: what comes while we are away is not kept for us. */
  liveFilters?: () => readonly string[];
  log: Log;
  now: () => number;
  keepaliveS?: number;
  onMessage: (delivery: Delivery) => void;
  /** Called when subscribed, and after each attempt or connection that came to nothing. */
  onConnected: (grantedOptional: ReadonlySet<string>) => void;
  onLost: () => void;
}

/** The authority that the broker's certificate is checked against; certificate and key of our own. */
export interface TlsFiles {
  ca?: string | undefined;
  cert?: string | undefined;
  key?: string | undefined;
}

const keepaliveDefaultS = 30;
/** Filters in one SUBSCRIBE: a packet of some 10 kB. */
const filtersAtOnce = 100;

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
      const { optionalFilters: optional = [] } = options;
      const granted = new Set(optional);
      if (optional.length > 0) for (const filter of await opened.subscribe(optional)) granted.delete(filter);
      const problem = `the broker refuses us ${refused.join(', ')}`;
      if (refused.length > 0) log.warn({ problem }, 'not all is heard');
      connection = opened;
      backOff.reset();
      state = { isConnected: true, since: now(), ...(refused.length > 0 ? { problem } : {}) };
      log.info({ url: options.url }, 'connected to the broker');
      options.onConnected(granted);
      await subscribeLive(opened, options.liveFilters?.() ?? []);
      throw new BrokerAwayError(await opened.ended);
    } finally {
      opened.end();
      stopping.signal.removeEventListener('abort', stop);
    }
  };
  const subscribeLive = async (to: Connection, filters: readonly string[]): Promise<void> => {
    for (let i = 0; i < filters.length; i += filtersAtOnce) {
      const refused = await to.subscribe(filters.slice(i, i + filtersAtOnce), 0);
      if (refused.length > 0)
        log.warn({ filters: refused }, 'the broker refuses us topics of other software');
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
    async subscribeAgain() {
      await connection?.subscribe(options.filters);
    },
    async subscribeLive(filters) {
      if (connection) await subscribeLive(connection, filters);
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
  const { url, clientId, user, now, onMessage, isClean = false, keepaliveS = keepaliveDefaultS } = options;
  const { notReady, will } = options;
  const password = options.password ?? (await readPassword(options.passwordFile));
  const tls = await readTls(options.tlsFiles ?? {});
  try {
    return await openConnection({
      url: new URL(url),
      clientId,
      user,
      password,
      tls,
      isClean,
      keepaliveS,
      now,
      signal,
      onMessage,
      ...(notReady === undefined ? {} : { notReady }),
      ...(will ? { will } : {}),
    });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!code.startsWith('ERR_OSSL')) throw error;
    throw new BrokerAwayError(
      `what HEARTH_BROKER_CA_FILE, _CERT_FILE and _KEY_FILE hold does not fit: ${message}`,
      {
        cause: error,
      },
    );
  }
}

async function readPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT' ? 'is not there yet: our broker writes it at its first start' : String(error);
    throw new BrokerAwayError(`the password file ${file} ${why}`, { cause: error });
  }
}

async function readTls(files: TlsFiles): Promise<TlsMaterial> {
  const material: TlsMaterial = {};
  for (const part of ['ca', 'cert', 'key'] as const) {
    const file = files[part];
    if (file === undefined) continue;
    const variable = `HEARTH_BROKER_${part.toUpperCase()}_FILE`;
    try {
      material[part] = await readFile(file, 'utf8');
    } catch (error) {
      throw new BrokerAwayError(`${variable} cannot be read: ${(error as Error).message}`, { cause: error });
    }
    if (!material[part].includes('-----BEGIN '))
      throw new BrokerAwayError(`${variable}: ${file} is not PEM (it has no "-----BEGIN …" line)`);
  }
  return material;
}
