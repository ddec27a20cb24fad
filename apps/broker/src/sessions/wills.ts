import type { Client } from 'aedes';
import type { Journal } from './journal.ts';
import { verbs } from './records.ts';

/** A will as CONNECT carries it. */
export interface Will {
  topic: string;
  payload: string | Uint8Array;
  qos: 0 | 1 | 2;
  retain: boolean;
}

/**
 * The wills of connections, in the journal. Each belongs to one connection: aedes names them by client id, and
 * with a takeover it would delete the new will when the old one is published.
 */
export function createWills(journal: Journal, lastLeft: number) {
  const rows = new WeakMap<Client, number>();
  let lastRow = lastLeft;

  const end = (row: number): void => journal.append({ verb: verbs.willDone, isKept: true, number: row });

  return {
    /** Written with the next commit. */
    put(client: Client, name: string, { topic, payload, qos, retain }: Will): void {
      const row = ++lastRow;
      rows.set(client, row);
      journal.append({
        verb: verbs.will,
        isKept: false,
        number: row,
        small: qos + (retain ? 4 : 0),
        name,
        topic,
        payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
      });
      client.conn.once('close', () => {
        // aedes publishes a will only after it has taken it over, and not after DISCONNECT.
        const { _disconnected: isClean, will } = client as unknown as {
          _disconnected: boolean;
          will: unknown;
        };
        if (isClean || !will) this.end(client);
      });
    },
    /** It is published, in this very turn, or will never be. */
    end(client: Client): void {
      const row = rows.get(client);
      if (row === undefined) return;
      rows.delete(client);
      end(row);
    },
    /** One that a killed broker left is published, or its sender has gone. */
    endLeft: end,
  };
}
