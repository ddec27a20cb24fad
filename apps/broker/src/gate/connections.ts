import type { Client } from 'aedes';
import type { Identity } from '../access/access.ts';
import type { GrantedFilters } from '../access/granted-filters.ts';

/** One accepted connection and what was granted to it. */
export interface Connection {
  readonly client: Client;
  readonly identity: Identity;
  /** Filters granted so far with their QoS, those of a stored session included. */
  readonly filters: GrantedFilters;
  readonly will: object | undefined;
  /** Its credential has gone: nothing of it counts any more, the will neither. */
  isRevoked: boolean;
  /** It ended without a goodbye, and its will is on its way. */
  isWillDue: boolean;
  /** Messages kept for it are being sent; newer ones wait their turn in the queue. */
  isCatchingUp: boolean;
}

/** The connections whose secret was right, counted by us: aedes' own count drifts. */
export interface Connections {
  /** Also of one that has just closed: its will is still to be decided on. */
  of(client: object): Connection | undefined;
  add(connection: Connection): void;
  /** Cuts what these credentials opened, without their wills. */
  cut(ids: ReadonlySet<string>): void;
  /** The credentials that are connected. */
  ids(): Set<string>;
  /** Whether another connection of the same session has come since. */
  isTakenOver(client: Client): boolean;
  /** Whether its credential has another connection: a newer one takes the place of an older. */
  hasOther(connection: Connection): boolean;
  readonly count: number;
}

export function createConnections(): Connections {
  const byClient = new WeakMap<object, Connection>();
  const open = new Set<Connection>();
  return {
    of: (client) => byClient.get(client),
    add(connection) {
      byClient.set(connection.client, connection);
      open.add(connection);
      connection.client.conn.once('close', () => open.delete(connection));
    },
    cut(ids) {
      for (const connection of open) {
        if (!ids.has(connection.identity.id)) continue;
        connection.isRevoked = true;
        connection.client.close();
      }
    },
    ids: () => new Set([...open].map(({ identity }) => identity.id)),
    isTakenOver: (client) => {
      for (const { client: other } of open) if (other !== client && other.id === client.id) return true;
      return false;
    },
    hasOther(connection) {
      for (const other of open)
        if (other !== connection && other.identity.id === connection.identity.id) return true;
      return false;
    },
    get count() {
      return open.size;
    },
  };
}
