import type { Client } from 'aedes';
import type { Book } from './acceptance.ts';
import { atOnce, failedAtOnce, later, type Answer } from './answers.ts';
import type { Packet } from './outgoing.ts';
import { verbs } from './records.ts';

interface ClientName {
  id: string;
}

const unknown = new Error('no such packet');

/** What aedes asks about QoS 2 messages that come in. Their ids were written before PUBREC, in `accept`. */
export function createIncomingFace({ journal, sessions, incoming }: Book) {
  return {
    incomingGetPacket: ({ id }: ClientName, { messageId = 0 }: Packet): Answer<{ messageId: number }> =>
      incoming.stateOf(id, messageId) === 'published' ? atOnce({ messageId }) : failedAtOnce(unknown),
    incomingStorePacket({ id }: ClientName, { messageId = 0 }: Packet): Answer<undefined> {
      incoming.set(id, messageId, 'published');
      return atOnce(undefined);
    },
    /** Before PUBCOMP: the id is free on disk too, or a new message under it would be taken for a repeat. */
    incomingDelPacket(client: Client, { messageId = 0 }: Packet): Answer<undefined> {
      if (!sessions.has(client.id)) {
        incoming.delete(client.id, messageId);
        return atOnce(undefined);
      }
      const answer = later<undefined>();
      journal.append({ verb: verbs.incomingDone, isKept: false, small: messageId, name: client.id });
      journal.after((failure) => {
        if (!failure) {
          incoming.delete(client.id, messageId);
          answer.resolve(undefined);
          return;
        }
        // Undone: memory still has the id. aedes would send PUBCOMP after a failure as well.
        if (incoming.stateOf(client.id, messageId) !== undefined)
          journal.append({ verb: verbs.incoming, isKept: true, small: messageId, name: client.id });
        client.close();
        answer.reject(failure);
      });
      return answer;
    },
    cleanIncoming({ id }: ClientName): Answer<undefined> {
      incoming.clear(id);
      return atOnce(undefined);
    },
  };
}
