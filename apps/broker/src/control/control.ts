import {
  ControlRequest,
  type BrokerFace,
  type ControlResponse,
  type ListedCredential,
} from '@hearth/contract';
import { Errors } from 'typebox/value';
import { checkGatewayFilter } from '../access/access.ts';
import type { SignedCertificate } from '../certificates/certificates.ts';
import type { Connections } from '../gate/connections.ts';
import { NoSuchCredentialError, type Credentials, type KeptCredential } from '../identity/credentials.ts';
import type { Ending } from '../identity/ending.ts';
import { serviceName } from '../identity/identity.ts';

export interface ControlParts {
  credentials: Pick<Credentials, 'change' | 'list' | 'copy'>;
  connections: Pick<Connections, 'cut' | 'ids'>;
  ending: Pick<Ending, 'endAll'>;
  /** Signs what a device asks to be certified. @throws with a sentence when it is not a request for one. */
  certify: (id: string, csr: string) => Promise<SignedCertificate>;
  face: () => BrokerFace;
  /** The broker's figures in Prometheus' text format; only one that runs has any. */
  metrics?: () => Promise<string>;
}

/**
 * Does what one control request asks and gives the response for it, after the change is on disk and what it
 * ended is cut. null for bytes that do not even name a request, so that there is nobody to answer.
 */
export async function control(
  payload: string | Uint8Array,
  parts: ControlParts,
): Promise<ControlResponse | null> {
  const request = parse(payload);
  const id = (request as { id?: unknown } | null)?.id;
  if (typeof id !== 'string' || id.length > 64) return null;
  const error = findError(request);
  if (error !== null) return { id, error };
  try {
    return { id, ...(await act(request as ControlRequest, parts)) };
  } catch (failure) {
    const { message } = failure as Error;
    const isAsked = failure instanceof NoSuchCredentialError || failure instanceof UnusableRequestError;
    return { id, error: isAsked ? message : `The credentials could not be written: ${message}` };
  }
}

/** What a request for a certificate holds cannot be signed. */
class UnusableRequestError extends Error {
  override readonly name = 'UnusableRequestError';
  readonly code = 'unusable-request';
}

async function act(
  { add = [], revoke = [], rotate = [], certify = [], list, describe, metrics, copy }: ControlRequest,
  parts: ControlParts,
): Promise<Omit<ControlResponse, 'id'>> {
  const signed = await Promise.all(
    certify.map(async ({ id, csr }) => {
      try {
        return { id, ...(await parts.certify(id, csr)) };
      } catch (cause) {
        throw new UnusableRequestError(`${id}: ${(cause as Error).message}`, { cause });
      }
    }),
  );
  const certified = signed.map(({ id, sha256 }) => ({ id, certificateSha256: sha256 }));
  parts.connections.cut(new Set(certified.map(({ id }) => id)));
  parts.credentials.change({ add, revoke, rotate, certified });
  await parts.ending.endAll();
  return {
    ...(signed.length > 0 && {
      certificates: signed.map(({ id, certificate }) => ({ id, certificate })),
    }),
    ...(list && { credentials: listed(parts) }),
    ...(describe && { broker: parts.face() }),
    ...(metrics && parts.metrics && { metrics: await parts.metrics() }),
    ...(copy && { copy: await parts.credentials.copy() }),
  };
}

function parse(payload: string | Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return null;
  }
}

function findError(request: unknown): string | null {
  const [error] = Errors(ControlRequest, request);
  if (error) return `${error.instancePath || 'The request'} ${error.message}.`;
  const { add = [], certify = [] } = request as ControlRequest;
  const certified = new Set(certify.map(({ id }) => id));
  for (const { id, role, topics = [], secretSha256, certificateSha256 } of add) {
    if (id.startsWith(serviceName)) return `Ids that begin with ${serviceName} are the server's own: ${id}.`;
    if (role !== 'gateway' && topics.length > 0) return `Only a gateway has topics of its own: ${id}.`;
    if (secretSha256 === undefined && certificateSha256 === undefined && !certified.has(id))
      return `A credential needs a secret or a certificate: ${id}.`;
    for (const filter of topics) {
      const breach = checkGatewayFilter(filter);
      if (breach) return `${id}: ${breach.detail} Got ${breach.topic}`;
    }
  }
  return null;
}

function listed({ credentials, connections }: Pick<ControlParts, 'credentials' | 'connections'>) {
  const connected = connections.ids();
  return credentials.list().map((credential) => toListed(credential, connected.has(credential.id)));
}

/** A credential as people and programs may see it. */
function toListed(credential: KeptCredential, isConnected: boolean): ListedCredential {
  const { id, role, home, topics = [], secretSha256, certificateSha256, formerUntil } = credential;
  return {
    id,
    role,
    home,
    topics,
    hasSecret: secretSha256 !== undefined,
    certificateSha256: certificateSha256 ?? null,
    formerSecretUntil: formerUntil ?? null,
    isConnected,
  };
}
