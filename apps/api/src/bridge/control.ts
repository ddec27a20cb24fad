import {
  controlTopics,
  ControlResponse,
  type BrokerFace,
  type BrokerSetup,
  type ControlRequest,
  type Credential,
  type CredentialsCopy,
  type ListedCredential,
} from '@hearth/contract';
import { createHash, randomUUID } from 'node:crypto';
import { Check } from 'typebox/value';
import type { BrokerSession } from './broker-session.ts';
import { BrokerAwayError } from './in-flight.ts';

/** The broker did not take a change of credentials; the message is the broker's. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code = 'control';
}

/** Who shall connect, with the secret itself: not every broker takes a hash. */
export interface NewCredential extends Pick<Credential, 'id' | 'role' | 'home' | 'topics'> {
  secret: string;
}

/** Changes who may connect. Each resolves when the change is on the broker's disk. */
export interface Control {
  /** Puts or replaces. @throws {BrokerAwayError} @throws {ControlError} */
  add(credentials: readonly NewCredential[]): Promise<void>;
  /** What a person has to do at the broker for it; null when `add` has done all. */
  byHand(credential: NewCredential): BrokerSetup | null;
  /** Removes and cuts live sessions. @throws {BrokerAwayError} @throws {ControlError} */
  revoke(ids: readonly string[]): Promise<void>;
  /** Gives a credential its next secret; `isFormerKept`: the former works for a while. @throws {BrokerAwayError} @throws {ControlError} */
  rotate(credential: NewCredential): Promise<{ isFormerKept: boolean }>;
  /**
   * Puts a credential that proves itself with a certificate, and signs that: PEM.
   * @throws {BrokerAwayError} @throws {ControlError} when the request for it cannot be signed.
   */
  addCertified(credential: Omit<NewCredential, 'secret'>, csr: string): Promise<string>;
  /** Where the broker listens. @throws {BrokerAwayError} @throws {ControlError} */
  describe(): Promise<BrokerFace>;
  /** Everybody who may connect; null where the broker does not tell. @throws {BrokerAwayError} @throws {ControlError} */
  list(): Promise<readonly ListedCredential[] | null>;
  /** The broker's own figures in Prometheus' text format; null where it has none for us. @throws {BrokerAwayError} */
  metrics(): Promise<string | null>;
  /**
   * Has the broker write a copy of the credentials into its folder; null where they are not our broker's.
   * @throws {BrokerAwayError} @throws {ControlError}
   */
  copy(): Promise<CredentialsCopy | null>;
}

const timeoutDefaultMs = 5000;
/** Credentials in one message: about 25 kB. */
const chunk = 100;

/**
 * Speaks to our broker over its control topics; `hear` takes what comes back. `onForeign`: somebody else, such as
 * the command line, changed who may connect.
 */
export function createControl(
  publish: BrokerSession['publish'],
  onForeign: () => void,
  timeoutMs = timeoutDefaultMs,
): Control & { hear(payload: Uint8Array): void } {
  const waiting = new Map<string, (response: ControlResponse) => void>();

  const request = async (change: Omit<ControlRequest, 'id'>): Promise<ControlResponse> => {
    const id = randomUUID();
    const answered = Promise.withResolvers<ControlResponse>();
    waiting.set(id, answered.resolve);
    const late = new BrokerAwayError('the broker does not answer on its control topic');
    const timer = setTimeout(() => answered.reject(late), timeoutMs);
    try {
      const payload = JSON.stringify({ id, ...change } satisfies ControlRequest);
      publish(controlTopics.request, payload, { isUrgent: true }).catch(answered.reject);
      const response = await answered.promise;
      if (response.error !== undefined) throw new ControlError(response.error);
      return response;
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  };
  return {
    async add(credentials) {
      for (let i = 0; i < credentials.length; i += chunk)
        await request({ add: credentials.slice(i, i + chunk).map(withHash) });
    },
    byHand: () => null,
    async revoke(ids) {
      for (let i = 0; i < ids.length; i += chunk) await request({ revoke: ids.slice(i, i + chunk) });
    },
    async rotate({ id, secret }) {
      await request({ rotate: [{ id, secretSha256: hashOf(secret) }] });
      return { isFormerKept: true };
    },
    async addCertified(credential, csr) {
      const { certificates } = await request({ add: [credential], certify: [{ id: credential.id, csr }] });
      const [signed] = certificates ?? [];
      if (!signed) throw new ControlError('the broker signed nothing');
      return signed.certificate;
    },
    async describe() {
      const { broker } = await request({ describe: true });
      if (!broker) throw new ControlError('the broker did not say where it listens');
      return broker;
    },
    async list() {
      const { credentials = null } = await request({ list: true });
      return credentials;
    },
    async metrics() {
      const { metrics = null } = await request({ metrics: true });
      return metrics;
    },
    async copy() {
      const { copy } = await request({ copy: true });
      if (!copy) throw new ControlError('the broker wrote no copy');
      return copy;
    },
    hear(payload) {
      let response: unknown;
      try {
        response = JSON.parse(Buffer.from(payload).toString());
      } catch {
        return;
      }
      if (!Check(ControlResponse, response)) return;
      const asked = waiting.get(response.id);
      const { error, credentials, broker, metrics, copy } = response;
      if (asked) asked(response);
      else if (error === undefined && !credentials && !broker && !copy && metrics === undefined) onForeign();
    },
  };
}

/** The secret itself is never sent to our broker. */
function withHash({ secret, ...credential }: NewCredential): Credential {
  return { ...credential, secretSha256: hashOf(secret) };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
