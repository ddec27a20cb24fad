import { excerpt } from '@hearth/contract';
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { checkWill, type Breach, type Identity } from '../access/access.ts';
import { aedesLimits } from '../limits.ts';
import type { ClientCertificate } from './client-certificate.ts';
import type { KeptCredential } from './credentials.ts';

/** User name of the api, and the beginning of its client ids; no credential may begin so. */
export const serviceName = 'hearth-api';

/** What a CONNECT packet says. Passwords are bytes. */
export interface Connect {
  clientId: string;
  username?: string | undefined;
  password?: Uint8Array | string | undefined;
  will?: { topic: string; payload: string | Uint8Array; qos?: number; retain?: boolean } | undefined;
  clean?: boolean | undefined;
  keepalive?: number | undefined;
  protocolVersion?: number | undefined;
}

/**
 * Whether a CONNECT is let in, and under which client id. `client` of a refusal is a known credential whose
 * owner should hear of it, else null; `returnCode` is for CONNACK: 2 identifier rejected, 5 not authorized.
 * `isNext`: the credential's next secret was used for the first time, and the former one ends.
 */
export type Verdict =
  | { ok: true; identity: Identity; clientId: string; isNext: boolean }
  | { ok: false; returnCode: 2 | 5; client: string | null; breach: Breach };

const clientIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/;
const nobody = createHash('sha256').update(randomUUID()).digest();

const sha256 = (secret: Uint8Array | string): Buffer => createHash('sha256').update(secret).digest();

/** What a CONNECT is held against. */
export interface Known {
  get(id: string): KeptCredential | undefined;
  serviceSecret: string;
  /** Unix ms; tells whether a former secret has run out. */
  now: number;
  /** What the connection itself has proved, on a listener that asks for certificates. */
  certificate: ClientCertificate | null;
}

/** Who a CONNECT shows itself to be; `isNext`: with a secret that waited for its first use. */
type Proof =
  | { credential: KeptCredential | null; isNext: boolean }
  | { client: string | null; breach: Breach };

/**
 * Decides on a CONNECT. A stranger learns nothing: an unknown user and a wrong secret are refused alike, and
 * take the same work. Only who has the secret is told about client id, will and keepalive.
 */
export function identify(connect: Connect, known: Known): Verdict {
  const { certificate } = known;
  const proof = certificate ? proveByCertificate(connect, certificate, known) : proveBySecret(connect, known);
  if ('breach' in proof) return { ok: false, returnCode: 5, ...proof };
  const { credential, isNext } = proof;
  const refuse = (returnCode: 2 | 5, breach: Breach): Verdict => ({
    ok: false,
    returnCode,
    client: credential?.id ?? serviceName,
    breach,
  });

  const clientId = sessionName(credential, connect);
  if (clientId === null)
    return refuse(2, {
      rule: 'client-id',
      detail: `The client id has to be ${credential ? expectedClientId(credential) : `${serviceName}…`}.`,
      got: excerpt(connect.clientId) || 'none',
    });
  const version = connect.protocolVersion ?? 4;
  if (version !== 3 && version !== 4)
    return refuse(5, {
      rule: 'protocol',
      detail: 'The broker speaks MQTT 3.1.1: set the client to protocol version 4.',
      got: `protocol version ${version}`,
    });
  const keepalive = connect.keepalive ?? 0;
  if (keepalive < 1 || keepalive > aedesLimits.keepaliveLimit)
    return refuse(5, {
      rule: 'keepalive',
      detail: `Keepalive has to be 1 to ${aedesLimits.keepaliveLimit} s.`,
      got: keepalive === 0 ? '0, which is none' : `${keepalive} s`,
    });
  const identity = identityOf(credential, clientId);
  const { will } = connect;
  const breach = will
    ? checkWill(identity, { ...will, qos: will.qos ?? 0, retain: will.retain ?? false })
    : null;
  if (breach) return refuse(5, breach);
  return { ok: true, identity, clientId, isNext };
}

/** Both secrets of a credential are compared, whichever it has, so that the time tells nothing. */
function proveBySecret({ username: user = '', password }: Connect, known: Known): Proof {
  const credential = user === serviceName ? null : (known.get(user) ?? null);
  const given = sha256(password ?? '');
  const present =
    user === serviceName ? sha256(known.serviceSecret) : (hashOf(credential?.secretSha256) ?? nobody);
  const isPresent = timingSafeEqual(given, present);
  const isNext = timingSafeEqual(given, hashOf(credential?.nextSha256) ?? nobody);
  const isKnown = user === serviceName || credential !== null;
  const isRight = isKnown && password !== undefined && (isPresent || isNext);
  if (!isRight)
    return {
      client: credential?.id ?? null,
      breach: { rule: 'wrong-secret', detail: 'The secret that belongs to this name.' },
    };
  if (!isNext && known.now >= (credential?.formerUntil ?? Infinity))
    return {
      client: credential?.id ?? null,
      breach: { rule: 'former-secret', detail: 'The new secret: the time of the former one has run out.' },
    };
  return { credential, isNext };
}

/** The certificate says who it is, and the credential has to name this very certificate. */
function proveByCertificate(
  { username: user = '' }: Connect,
  certificate: ClientCertificate,
  known: Known,
): Proof {
  const credential = known.get(certificate.id ?? '');
  if (!credential || credential.certificateSha256 !== certificate.sha256)
    return {
      client: credential?.id ?? null,
      breach: {
        rule: 'wrong-certificate',
        detail: 'The certificate that this name has now.',
      },
    };
  if (user !== '' && user !== credential.id)
    return {
      client: credential.id,
      breach: {
        rule: 'user-name',
        detail: `The certificate is for ${credential.id}: leave the user name out.`,
        got: excerpt(user),
      },
    };
  return { credential, isNext: false };
}

function hashOf(hex: string | undefined): Buffer | undefined {
  return hex === undefined ? undefined : Buffer.from(hex, 'hex');
}

/** Who a credential makes a session with this name; the api has none. */
export function identityOf(credential: KeptCredential | null, clientId: string): Identity {
  if (!credential) return { role: 'service', id: clientId };
  if (credential.role === 'gateway')
    return { role: 'gateway', id: credential.id, topics: credential.topics ?? [] };
  if (credential.role === 'admin') return { role: 'admin', id: credential.id };
  return { role: 'device', id: credential.id, home: credential.home };
}

/** The name of the session inside the broker; null when the client id is not the one to use. */
function sessionName(credential: KeptCredential | null, connect: Connect): string | null {
  const { clientId } = connect;
  // No client id: a clean session of its own; a device has one name only. [MQTT-3.1.3-6] [MQTT-3.1.3-8]
  if (clientId === '') return connect.clean ? freshName(credential) : null;
  if (credential?.role === 'device') return clientId === credential.id ? clientId : null;
  if (!clientIdPattern.test(clientId)) return null;
  // A slash is in no client id of a device or the api, so a gateway can never take one's place.
  if (credential) return `${credential.id}/${clientId}`;
  return clientId.startsWith(serviceName) ? clientId : null;
}

function freshName(credential: KeptCredential | null): string {
  if (!credential) return `${serviceName}-${randomUUID()}`;
  return credential.role === 'device' ? credential.id : `${credential.id}/${randomUUID()}`;
}

function expectedClientId(credential: KeptCredential): string {
  return credential.role === 'device'
    ? `the same as the user name, ${credential.id}`
    : '1 to 64 letters, digits, and . _ : @ -';
}
