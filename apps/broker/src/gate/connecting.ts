import type { Client, ConnectPacket } from 'aedes';
import { randomUUID } from 'node:crypto';
import type { Breach, Identity } from '../access/access.ts';
import { createGrantedFilters } from '../access/granted-filters.ts';
import { clientCertificateOf } from '../identity/client-certificate.ts';
import type { Credentials } from '../identity/credentials.ts';
import { identify } from '../identity/identity.ts';
import { sessionsMax } from '../limits.ts';
import type { Flapping } from '../listeners/flapping.ts';
import { addressOf, notePeer } from '../listeners/peers.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Will } from '../sessions/wills.ts';
import type { Refusals } from '../telling/refusals.ts';
import type { Connections } from './connections.ts';
import type { Decisions } from './hooks.ts';
import { notKept, type Refuse } from './refuse.ts';
import type { Room } from './room.ts';

/** What it takes to say who may come in. */
export interface ConnectingParts {
  credentials: Pick<Credentials, 'get'>;
  /** A connection is let in by a secret that had not been used before. */
  nextSecretUsed: (id: string) => void;
  serviceSecret: string;
  connections: Connections;
  sessions: Pick<Sessions, 'connect' | 'journal' | 'names' | 'needsDisk'>;
  refusals: Refusals;
  flapping: Flapping;
}

interface Inner extends ConnectingParts {
  refuse: Refuse;
  room: Room;
}

type ReturnCode = 2 | 3 | 5;

/** Says who a connection is, whether it may come in, and has its session begin. */
export function createConnecting(parts: Inner): Pick<Decisions, 'preConnect' | 'authenticate'> {
  const { connections, sessions, refuse } = parts;
  const returnCodes = new WeakMap<Client, ReturnCode>();
  return {
    preConnect(client, packet) {
      const returnCode = look(parts, client, packet);
      if (returnCode !== 0) {
        returnCodes.set(client, returnCode);
        setAside(packet);
      }
      return true;
    },
    authenticate(client) {
      const connection = connections.of(client);
      if (!connection || connection.isRevoked) return returnCodes.get(client) ?? 5;
      const { identity, will } = connection;
      const connecting = { clientId: client.id, isDurable: !client.clean, will: will as Will | undefined };
      if (!client.clean && isBeyondSessions(sessions, identity, client.id)) {
        refuse(identity, tooManySessions, 'not-connected');
        return 2;
      }
      // It would wait for a disk that refuses: the client comes again, and its name is free meanwhile.
      if (sessions.journal.state.state !== 'ok' && sessions.needsDisk(connecting)) {
        refuse(identity, notKept(sessions.journal), 'not-connected');
        return 3;
      }
      const { promise, resolve } = Promise.withResolvers<0 | 3 | 5>();
      sessions.connect(client, connecting, (failure) => {
        if (failure) refuse(identity, notKept(sessions.journal), 'not-connected');
        resolve(failure ? 3 : connection.isRevoked ? 5 : 0);
      });
      return promise;
    },
  };
}

/** Notes who the connection is, under its name; 0, or the return code with which it is refused. */
function look(parts: Inner, client: Client, packet: ConnectPacket): 0 | ReturnCode {
  const { credentials, serviceSecret, connections, refusals, flapping } = parts;
  const address = addressOf(client.conn);
  const verdict = identify(packet, {
    get: (id) => credentials.get(id),
    serviceSecret,
    now: Date.now(),
    certificate: clientCertificateOf(client.conn),
  });
  if (!verdict.ok) {
    refusals.note(verdict.client, verdict.breach, 'not-connected', address);
    return verdict.returnCode;
  }
  const { identity, clientId } = verdict;
  const isService = identity.role === 'service';
  notePeer(identity, address);
  const breach = isService ? null : flapping.connect(clientId, address);
  if (breach) {
    parts.refuse(identity, breach, 'not-connected');
    return 3;
  }
  packet.clientId = clientId;
  if (verdict.isNext) parts.nextSecretUsed(identity.id);
  const isDurable = !packet.clean;
  if (isService && isDurable) parts.room.noteServiceSession(clientId);
  connections.add({
    client,
    identity,
    filters: createGrantedFilters(),
    will: packet.will,
    isRevoked: false,
    isWillDue: false,
    isCatchingUp: isDurable,
  });
  return 0;
}

/** A refused connection must not bear a name that another's session has: aedes tidies up by name. */
function setAside(packet: ConnectPacket): void {
  packet.clientId = `refused/${randomUUID()}`;
  // Else aedes looks at it before it asks for the return code, and gives one that the standard does not have.
  packet.keepalive = 1;
}

const tooManySessions: Breach = {
  rule: 'sessions',
  detail: `At most ${sessionsMax} durable sessions for one credential: end one by connecting with clean session.`,
};

function isBeyondSessions(sessions: Pick<Sessions, 'names'>, identity: Identity, clientId: string): boolean {
  if (identity.role !== 'gateway') return false;
  const names = sessions.names().filter((name) => name.startsWith(`${identity.id}/`));
  return names.length >= sessionsMax && !names.includes(clientId);
}
