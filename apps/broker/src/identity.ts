import type { Credential } from '@hearth/contract';
import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { checkWill, type Breach, type Identity } from './access.ts';
import { aedesLimits } from './limits.ts';

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
 */
export type Verdict =
  | { ok: true; identity: Identity; clientId: string }
  | { ok: false; returnCode: 2 | 5; client: string | null; breach: Breach };

const clientIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/;
const nobody = createHash('sha256').update(randomUUID()).digest();

const sha256 = (secret: Uint8Array | string): Buffer => createHash('sha256').update(secret).digest();

/**
 * Decides on a CONNECT. A stranger learns nothing: an unknown user and a wrong secret are refused alike, and
 * take the same work. Only who has the secret is told about client id, will and keepalive.
 */
export function identify(
  connect: Connect,
  known: { get(id: string): Credential | undefined; serviceSecret: string },
): Verdict {
  const user = connect.username ?? '';
  const credential = user === serviceName ? undefined : known.get(user);
  const isKnown = user === serviceName || credential !== undefined;
  const expected =
    user === serviceName
      ? sha256(known.serviceSecret)
      : credential
        ? Buffer.from(credential.secretSha256, 'hex')
        : nobody;
  const isRight = timingSafeEqual(sha256(connect.password ?? ''), expected);
  if (!isRight || !isKnown || connect.password === undefined) {
    const breach = { rule: 'wrong-secret', detail: 'Somebody connected with this name and a wrong secret.' };
    return { ok: false, returnCode: 5, client: credential?.id ?? null, breach };
  }
  const refuse = (returnCode: 2 | 5, rule: string, detail: string): Verdict => ({
    ok: false,
    returnCode,
    client: user,
    breach: { rule, detail },
  });

  const clientId = sessionName(credential, connect);
  if (clientId === null)
    return refuse(
      2,
      'client-id',
      `The client id has to be ${credential ? expectedClientId(credential) : `${serviceName}…`}.`,
    );
  const version = connect.protocolVersion ?? 4;
  if (version !== 3 && version !== 4)
    return refuse(5, 'protocol', 'The broker speaks MQTT 3.1.1: set the client to protocol version 4.');
  const keepalive = connect.keepalive ?? 0;
  if (keepalive < 1 || keepalive > aedesLimits.keepaliveLimit)
    return refuse(
      5,
      'keepalive',
      `Keepalive has to be 1 to ${aedesLimits.keepaliveLimit} s, got ${keepalive}.`,
    );
  const identity = identityOf(credential, clientId);
  const { will } = connect;
  const breach = will
    ? checkWill(identity, { ...will, qos: will.qos ?? 0, retain: will.retain ?? false })
    : null;
  if (breach) return refuse(5, breach.rule, breach.detail);
  return { ok: true, identity, clientId };
}

function identityOf(credential: Credential | undefined, clientId: string): Identity {
  if (!credential) return { role: 'service', id: clientId };
  if (credential.role === 'gateway')
    return { role: 'gateway', id: credential.id, topics: credential.topics ?? [] };
  return { role: 'device', id: credential.id, home: credential.home };
}

/** The name of the session inside the broker; null when the client id is not the one to use. */
function sessionName(credential: Credential | undefined, connect: Connect): string | null {
  const { clientId } = connect;
  if (credential?.role === 'device') return clientId === credential.id ? clientId : null;
  if (credential && clientId === '' && connect.clean) return `${credential.id}/${randomUUID()}`;
  if (!clientIdPattern.test(clientId)) return null;
  // A slash is in no client id of a device or the api, so a gateway can never take one's place.
  if (credential) return `${credential.id}/${clientId}`;
  return clientId.startsWith(serviceName) ? clientId : null;
}

function expectedClientId(credential: Credential): string {
  return credential.role === 'device'
    ? `the same as the user name, ${credential.id}`
    : '1 to 64 letters, digits, and . _ : @ -';
}
