import type { Aedes, Client } from 'aedes';
import type { Connection, Connections } from '../gate/connections.ts';
import type { Sessions } from './sessions.ts';

type Sending = Pick<Sessions, 'restart' | 'sendMore'>;

/**
 * Sends what is kept for a durable session, in order, before anything new, and never more at once than the client's
 * window takes. aedes alone would send it all at once, and new messages between: packet ids would meet, and a reading
 * could be stored, and receipted, before those that the device sent earlier.
 *
 * The gate holds new messages back in the queue while `isCatchingUp`: after CONNACK, and when the window is full.
 */
export function followQueues(aedes: Aedes, connections: Pick<Connections, 'of'>, sessions: Sending): void {
  const sendMore = (client: Client, connection: Connection): void => {
    connection.isCatchingUp = sessions.sendMore(client);
  };
  aedes.on('clientReady', (client) => {
    const connection = connections.of(client);
    if (!connection || client.clean) return;
    sessions.restart(client.id);
    sendMore(client, connection);
  });
  aedes.on('ack', (_packet, client) => {
    const connection = connections.of(client);
    // Before it is ready, nothing was sent to it yet.
    if (connection?.isCatchingUp && client.connected) sendMore(client, connection);
  });
}
