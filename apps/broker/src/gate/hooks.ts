import type { Log } from '@hearth/part';
import type {
  AedesOptions,
  AedesPublishPacket,
  Client,
  ConnectPacket,
  PublishPacket,
  Subscription,
} from 'aedes';
import type { Breach } from '../access/access.ts';
import { hookTimeoutMs } from '../limits.ts';

/** What the broker is asked about each packet. May throw, and may take its time: see {@link guardHooks}. */
export interface Decisions {
  /** False closes the connection without an answer. */
  preConnect(client: Client, packet: ConnectPacket): Decision<boolean>;
  /** 0 lets in; else the return code of CONNACK. */
  authenticate(client: Client): Decision<0 | 2 | 3 | 5>;
  /**
   * Called for wills as well; `client` is null for one that has lost its client. Answers once, when what the
   * acknowledgement promises is on disk; no promise, no timer: this is asked for each message.
   */
  authorizePublish(
    client: Client | null,
    packet: PublishPacket,
    answer: (breach: Breach | null) => void,
  ): void;
  authorizeSubscribe(client: Client, subscription: Subscription): Decision<boolean>;
  /** Asked for each delivery, so it has to answer at once. May lower the packet's QoS. */
  authorizeForward(client: Client, packet: AedesPublishPacket): boolean;
}
type Decision<T> = T | Promise<T>;

type Hooks = Required<
  Pick<
    AedesOptions,
    'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe' | 'authorizeForward'
  >
>;

/**
 * Gives one answer of `ask` to `tell`: `otherwise` when it throws, rejects, or has not answered in time.
 * aedes would die of the first, and hold the socket for ever in the last.
 */
export function settle<T>(
  ask: () => Decision<T>,
  otherwise: T,
  tell: (answer: T) => void,
  onFailure: (error: unknown) => void,
  timeoutMs = hookTimeoutMs,
): void {
  let answer: Decision<T>;
  try {
    answer = ask();
  } catch (error) {
    onFailure(error);
    answer = otherwise;
  }
  // Most decisions are there at once: a promise and a timer for each message would cost more than they do.
  if (!(answer instanceof Promise)) {
    tell(answer);
    return;
  }
  let isTold = false;
  const once = (value: T, failure?: unknown): void => {
    if (isTold) return;
    isTold = true;
    clearTimeout(timer);
    if (failure !== undefined) onFailure(failure);
    tell(value);
  };
  const timer = setTimeout(() => once(otherwise, new Error(`no decision within ${timeoutMs} ms`)), timeoutMs);
  // A continuation of aedes that throws is a bug, and must not look like a rejected decision.
  answer.then(
    (value) => setImmediate(once, value),
    (error: unknown) => setImmediate(once, otherwise, error ?? new Error('rejected')),
  );
}

/** The hooks for aedes: each decision guarded, and a failed one refuses. */
export function guardHooks(decisions: Decisions, log: Log): Hooks {
  const failed = (hook: string) => (error: unknown) => log.error({ err: error, hook }, 'a decision failed');
  const broken: Breach = { rule: 'internal', detail: 'The broker could not decide on this message.' };
  return {
    preConnect: (client, packet, done) =>
      settle(
        () => decisions.preConnect(client, packet),
        false,
        (isLetIn) => done(isLetIn ? null : new Error('connection refused'), isLetIn),
        failed('preConnect'),
      ),
    authenticate: (client, _user, _password, done) =>
      settle(
        () => decisions.authenticate(client),
        5,
        (returnCode) =>
          returnCode === 0
            ? done(null, true)
            : done(Object.assign(new Error('connection refused'), { returnCode }), false),
        failed('authenticate'),
      ),
    authorizePublish(client, packet, done) {
      let isTold = false;
      const tell = (breach: Breach | null): void => {
        if (isTold) return;
        isTold = true;
        done(breach && new Error(breach.detail));
      };
      try {
        decisions.authorizePublish(client, packet, tell);
      } catch (error) {
        // Behind the answer it is aedes that threw: a bug.
        if (isTold) throw error;
        failed('authorizePublish')(error);
        tell(broken);
      }
    },
    authorizeSubscribe: (client, subscription, done) =>
      settle(
        () => decisions.authorizeSubscribe(client, subscription),
        false,
        // null is 128 in SUBACK; an error would close the connection, and a stored one at each connect again. SUBACK
        // and the store have the QoS that was asked for; to aedes all are of QoS 2, for it would let the first of
        // several filters decide. `authorizeForward` knows what was granted. [MQTT-3.3.5-1]
        (isGranted) => done(null, isGranted ? { ...subscription, qos: 2 } : null),
        failed('authorizeSubscribe'),
      ),
    authorizeForward: (client, packet) => {
      try {
        return decisions.authorizeForward(client, packet) ? packet : null;
      } catch (error) {
        failed('authorizeForward')(error);
        return null;
      }
    },
  };
}
