import type { Connection } from './connections.ts';
import type { Outgoing } from './sessions/outgoing.ts';

/** What aedes' client has beyond its declared face. */
interface Delivering {
  id: string;
  duplicates: Record<string, number>;
  deliverQoS(message: Outgoing, done: () => void): void;
}

/**
 * Sends what came in while the kept messages were being sent, and lets new ones through from now on. aedes
 * alone would deliver new messages between the old ones: a reading could be stored, and receipted, before
 * those that the device sent earlier.
 */
export function endCatchUp(connection: Connection, unsent: (clientId: string) => Outgoing[]): void {
  connection.isCatchingUp = false;
  const client = connection.client as unknown as Delivering;
  // It has noted the numbers of the messages that were held back, and would take them for repeats.
  client.duplicates = Object.create(null) as Record<string, number>;
  for (const message of unsent(client.id)) client.deliverQoS(message, () => {});
}
