import { checkPublish, checkWill, type Breach } from '../access/access.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Connection, Connections } from './connections.ts';
import type { Decisions } from './hooks.ts';
import { gone, notKept, type Refuse } from './refuse.ts';
import type { Room } from './room.ts';

export interface PublishingParts {
  connections: Pick<Connections, 'of'>;
  sessions: Pick<Sessions, 'accept' | 'acceptWill' | 'dropWill' | 'journal'>;
}

type AuthorizePublish = Decisions['authorizePublish'];
type Packet = Parameters<AuthorizePublish>[1];

/** Says what a connection may publish, and answers when it is kept: a message, or the will that it left. */
export function createPublishing({
  connections,
  sessions,
  refuse,
  room,
}: PublishingParts & { refuse: Refuse; room: Room }): AuthorizePublish {
  const publishWill = (
    connection: Connection,
    will: Packet,
    answer: (breach: Breach | null) => void,
  ): void => {
    const { client, identity } = connection;
    const breach = checkWill(identity, will);
    if (breach) {
      sessions.dropWill(client);
      answer(refuse(identity, breach, 'closed'));
    } else {
      connection.isWillDue = true;
      sessions.acceptWill(client, () => answer(connection.isRevoked ? gone : null));
    }
  };

  return (client, packet, answer) => {
    const connection = client && connections.of(client);
    if (!connection || connection.isRevoked) {
      if (client) sessions.dropWill(client);
      answer(refuse(null, gone, 'closed'));
      return;
    }
    if (packet === connection.will) {
      publishWill(connection, packet, answer);
      return;
    }
    // What a client says of an earlier delivery to us is nobody else's. [MQTT-3.3.1-3]
    packet.dup = false;
    const breach = checkPublish(connection.identity, packet) ?? room.check(connection, packet);
    if (breach) {
      answer(refuse(connection.identity, breach, 'closed'));
      return;
    }
    sessions.accept(
      client,
      packet,
      () => !connection.isRevoked,
      (failure) => {
        // Cut off while it was being written: that is told where it was revoked.
        if (failure && connection.isRevoked) answer(gone);
        else answer(failure && refuse(connection.identity, notKept(sessions.journal), 'closed'));
      },
    );
  };
}
