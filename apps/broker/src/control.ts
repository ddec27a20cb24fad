import {
  ControlRequest,
  deviceTopic,
  messageKinds,
  type ControlResponse,
  type Credential,
} from '@hearth/contract';
import { Errors } from 'typebox/value';
import { checkGatewayFilter } from './access.ts';
import type { Connections } from './connections.ts';
import type { Credentials, Ended } from './credentials.ts';
import { serviceName } from './identity.ts';
import type { Sessions } from './sessions/memory.ts';

export interface ControlParts {
  credentials: Pick<Credentials, 'change'>;
  connections: Pick<Connections, 'cut'>;
  sessions: Pick<Sessions, 'forget' | 'forgetRetained'>;
}

/**
 * Does what one control request asks and gives the response for it, after the change is on disk and what it
 * ended is cut. null for bytes that do not even name a request, so that there is nobody to answer.
 */
export function control(payload: string | Uint8Array, parts: ControlParts): ControlResponse | null {
  const request = parse(payload);
  const id = (request as { id?: unknown } | null)?.id;
  if (typeof id !== 'string' || id.length > 64) return null;
  const error = findError(request);
  if (error !== null) return { id, error };
  const { add = [], revoke = [] } = request as ControlRequest;
  try {
    end(parts.credentials.change(add, revoke), parts);
    return { id };
  } catch (failure) {
    return { id, error: `The credentials could not be written: ${(failure as Error).message}` };
  }
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
  for (const { id, role, topics = [] } of (request as ControlRequest).add ?? []) {
    if (id.startsWith(serviceName)) return `Ids that begin with ${serviceName} are the server's own: ${id}.`;
    if (role === 'device' && topics.length > 0) return `A device has its own topics only: ${id}.`;
    for (const filter of topics) {
      const breach = checkGatewayFilter(filter);
      if (breach) return `${id}: ${breach.detail}`;
    }
  }
  return null;
}

/** Cuts connections, and forgets sessions and, of a device that is gone, its retained messages. */
function end({ revoked, replaced }: Ended, { connections, sessions }: ControlParts): void {
  const ids = new Set(
    [...revoked, ...replaced.map(({ before }) => before)].map((credential) => credential.id),
  );
  if (ids.size === 0) return;
  connections.cut(ids);
  // A gateway's sessions are named after it: `<id>/<client id>`.
  sessions.forget((clientId) => ids.has(clientId.split('/', 1)[0] ?? ''));
  const moved = replaced.filter(
    ({ before, after }) => before.home !== after.home || before.role !== after.role,
  );
  for (const credential of [...revoked, ...moved.map(({ before }) => before)])
    forgetRetained(credential, sessions);
}

/** A receipt of the old device would tell a new one with the same id that all it has is stored. */
function forgetRetained({ id, role, home }: Credential, sessions: Pick<Sessions, 'forgetRetained'>): void {
  if (role !== 'device') return;
  for (const kind of messageKinds) sessions.forgetRetained(deviceTopic(home, id, kind));
}
