import { controlTopics, ControlResponse, type ControlRequest, type Credential } from '@hearth/contract';
import { randomUUID } from 'node:crypto';
import { Check } from 'typebox/value';
import type { BrokerSession } from './broker-session.ts';
import { BrokerAwayError } from './in-flight.ts';

/** The broker did not take a change of credentials; the message is the broker's. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code = 'control';
}

/** Changes who may connect. Each resolves when the change is on the broker's disk. */
export interface Control {
  /** Puts or replaces. @throws {BrokerAwayError} @throws {ControlError} */
  add(credentials: readonly Credential[]): Promise<void>;
  /** Removes and cuts live sessions. @throws {BrokerAwayError} @throws {ControlError} */
  revoke(ids: readonly string[]): Promise<void>;
}

const timeoutDefaultMs = 5000;
/** Credentials in one message: about 25 kB. */
const chunk = 100;

/** Speaks to our broker over its control topics; `hear` takes what comes back. */
export function createControl(
  publish: BrokerSession['publish'],
  timeoutMs = timeoutDefaultMs,
): Control & { hear(payload: Uint8Array): void } {
  const waiting = new Map<string, (response: ControlResponse) => void>();

  const request = async (change: Omit<ControlRequest, 'id'>): Promise<void> => {
    const id = randomUUID();
    const answered = Promise.withResolvers<ControlResponse>();
    waiting.set(id, answered.resolve);
    const late = new BrokerAwayError('the broker does not answer on its control topic');
    const timer = setTimeout(() => answered.reject(late), timeoutMs);
    try {
      const payload = JSON.stringify({ id, ...change } satisfies ControlRequest);
      publish(controlTopics.request, payload, { isUrgent: true }).catch(answered.reject);
      const { error } = await answered.promise;
      if (error !== undefined) throw new ControlError(error);
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  };
  return {
    async add(credentials) {
      for (let i = 0; i < credentials.length; i += chunk)
        await request({ add: credentials.slice(i, i + chunk) });
    },
    async revoke(ids) {
      for (let i = 0; i < ids.length; i += chunk) await request({ revoke: ids.slice(i, i + chunk) });
    },
    hear(payload) {
      let response: unknown;
      try {
        response = JSON.parse(Buffer.from(payload).toString());
      } catch {
        return;
      }
      if (Check(ControlResponse, response)) waiting.get(response.id)?.(response);
    },
  };
}
