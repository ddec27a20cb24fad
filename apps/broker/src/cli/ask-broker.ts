import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { controlTopics, type ControlRequest, type ControlResponse } from '@hearth/contract';
import { StartError } from '@hearth/part';
import mqtt from 'mqtt';
import { control } from '../control/control.ts';
import { openCredentials, type Credentials } from '../identity/credentials.ts';
import { serviceName } from '../identity/identity.ts';
import { readServiceSecret } from '../identity/service-secret.ts';
import { DatabaseBusyError } from '../locked-database.ts';
import { readAddress } from '../running.ts';

/** Another command line holds the credentials for some milliseconds, a running broker for good. */
const lockWaitMs = 200;
const answerTimeoutMs = 10_000;

/** The broker holds the credentials and could not be asked. */
class BrokerSilentError extends Error {
  override readonly name = 'BrokerSilentError';
  readonly code = 'broker-silent';
}

/** Puts control requests to the broker of a folder, or to its credentials while it does not run. */
export interface Asker extends AsyncDisposable {
  readonly isRunning: boolean;
  /** @throws {BrokerSilentError} */
  ask(request: Omit<ControlRequest, 'id'>): Promise<ControlResponse>;
}

/**
 * The lock on the credentials tells whether a broker runs. `folder` is `broker` in the data folder.
 * @throws {StartError} when no broker has ever used it. @throws {BrokerSilentError}
 */
export async function openAsker(folder: string): Promise<Asker> {
  if (!existsSync(folder))
    throw new StartError(`no broker has used ${folder} yet: start Hearth once, or set HEARTH_DATA_DIR`);
  let credentials: Credentials;
  try {
    credentials = openCredentials(folder, Date.now, lockWaitMs);
  } catch (error) {
    if (!(error instanceof DatabaseBusyError)) throw error;
    return askRunning(folder);
  }
  return {
    isRunning: false,
    ask: (request) => askFile(credentials, request),
    async [Symbol.asyncDispose]() {
      credentials[Symbol.dispose]();
    },
  };
}

/** What this ends stays noted in the file: the broker forgets the sessions when it starts. */
async function askFile(
  credentials: Credentials,
  request: Omit<ControlRequest, 'id'>,
): Promise<ControlResponse> {
  const response = await control(JSON.stringify({ id: randomUUID(), ...request }), {
    credentials,
    connections: { cut: () => {}, ids: () => new Set() },
    ending: { endAll: () => Promise.resolve() },
    certify: () => Promise.reject(new Error('the broker has to run for this')),
    face: () => ({ listeners: [], ca: null }),
  });
  return response!;
}

async function askRunning(folder: string): Promise<Asker> {
  const url = readAddress(folder);
  const secret = readServiceSecret(folder);
  const silent = (cause?: unknown): BrokerSilentError =>
    new BrokerSilentError(
      `a broker uses ${folder} and does not answer${url === null ? '' : ` at ${url}`}: try again in a moment`,
      { cause },
    );
  if (url === null || secret === null) throw silent();
  const client = await mqtt
    .connectAsync(url, {
      protocolVersion: 4,
      clientId: `${serviceName}-cli-${randomUUID().slice(0, 8)}`,
      username: serviceName,
      password: secret,
      reconnectPeriod: 0,
      connectTimeout: answerTimeoutMs,
    })
    .catch((error: unknown) => {
      throw silent(error);
    });
  return {
    isRunning: true,
    async ask(request) {
      const id = randomUUID();
      const answered = Promise.withResolvers<ControlResponse>();
      client.on('error', answered.reject);
      client.on('close', () => answered.reject(silent()));
      client.on('message', (_topic, payload) => {
        const response = JSON.parse(payload.toString()) as ControlResponse;
        if (response.id === id) answered.resolve(response);
      });
      const timer = setTimeout(() => answered.reject(silent()), answerTimeoutMs);
      try {
        await client.subscribeAsync(controlTopics.response, { qos: 1 });
        await client.publishAsync(controlTopics.request, JSON.stringify({ id, ...request }), { qos: 1 });
        return await answered.promise;
      } finally {
        clearTimeout(timer);
        client.removeAllListeners('message');
      }
    },
    [Symbol.asyncDispose]: () => client.endAsync(),
  };
}
