import { buildPushPayload } from '@block65/webcrypto-web-push';
import type { ChannelPlace } from '@hearth/contract';
import type { Database } from 'better-sqlite3';
import { generateKeyPairSync } from 'node:crypto';
import { openPayloadSecrets } from '../bridge/payload-secrets.ts';
import { openSetting } from '../settings.ts';
import { wordsOf, type Notice } from './notice.ts';
import { NotTakenError, post } from './post.ts';

/** The VAPID pair, as base64url: a point of 65 bytes, and its scalar. */
interface PushKeys {
  publicKey: string;
  privateKey: string;
}

/** What the private key is bound to when it is wrapped. */
const boundTo = 'push-keys';
/** A push service keeps what a phone that is off cannot get for a day: an older alert is no news. */
const keptS = 86_400;
/** Whom a push service may write to. Apple's refuses a host that is not found, such as localhost. */
const subject = 'mailto:hearth@example.org';

/** How soon a sleeping phone is to be woken. @see RFC 8030, 5.3 */
const urgencies = { urgent: 'high', warning: 'normal', note: 'low' } as const;

/** The browser takes no notifications any more: nothing that is sent to it will arrive. */
export class GoneError extends Error {
  override readonly name = 'GoneError';
  readonly code = 'gone';
}

/**
 * Gives the pair that this Hearth is known by at push services; it is made when somebody first asks, and kept in
 * hearth.db, the private key wrapped. @throws {WrappingKeyError}
 */
export function openPushKeys(db: Database, keyFile: string): () => PushKeys {
  const secrets = openPayloadSecrets(keyFile);
  const kept = openSetting(db, 'push-keys');
  return () => {
    const known = kept.get();
    if (known !== undefined) {
      const { publicKey, privateKey } = JSON.parse(known) as PushKeys;
      const wrapped = Buffer.from(privateKey, 'base64url');
      return { publicKey, privateKey: secrets.unwrap(boundTo, wrapped).toString('base64url') };
    }
    const made = makeKeys();
    const wrapped = secrets.wrap(boundTo, Buffer.from(made.privateKey, 'base64url'));
    kept.set(JSON.stringify({ ...made, privateKey: wrapped.toString('base64url') }));
    return made;
  };
}

/** @see RFC 8292, 3.2 */
function makeKeys(): PushKeys {
  const { x, y, d } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x!, 'base64url'), Buffer.from(y!, 'base64url')]);
  return { publicKey: point.toString('base64url'), privateKey: d! };
}

/** Sends to a browser by its push service, encrypted for it alone. @throws {GoneError} @throws {NotTakenError} @throws {TypeError} */
export async function push(
  { url, p256dh }: Extract<ChannelPlace, { kind: 'push' }>,
  auth: string,
  notice: Notice,
  keys: PushKeys,
): Promise<void> {
  const { kind, subject: about, severity } = notice.content;
  const { headers, body } = await buildPushPayload(
    {
      // Of one tag the newest is shown: what is over takes the place of what it was.
      data: { ...wordsOf(notice), tag: notice.what === 'test' ? 'test' : `${kind} ${about}` },
      options: { ttl: keptS, urgency: notice.what === 'resolved' ? 'low' : urgencies[severity] },
    },
    { endpoint: url, expirationTime: null, keys: { p256dh, auth } },
    { ...keys, subject },
  );
  try {
    await post(url, body, headers);
  } catch (error) {
    if (error instanceof NotTakenError && (error.status === 404 || error.status === 410))
      throw new GoneError('The browser takes no notifications any more.');
    throw error;
  }
}
