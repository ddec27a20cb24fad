import { openJournalDatabase, type JournalDatabase } from './journal-database.ts';

type QoS = 0 | 1 | 2;

/** What a broker left behind, in the order it was written. */
export interface Left {
  sessions: string[];
  subscriptions: { name: string; filter: string; qos: QoS }[];
  queued: LeftMessage[];
  incoming: { name: string; packetId: number }[];
  retained: { topic: string; qos: QoS; payload: Buffer }[];
  wills: { id: number; name: string; topic: string; qos: QoS; isRetained: 0 | 1; payload: Buffer }[];
}

/** A message that waited for its session: sent once when it has a packet id. */
export interface LeftMessage {
  id: number;
  name: string;
  qos: QoS;
  topic: string;
  packetId: number | null;
  isReleased: 0 | 1;
  payload: Buffer;
}

/**
 * Reads all that the broker of before left in its journal at `path`, which is made when it is not there. The
 * file is closed again when this returns.
 * @throws {StartError} as the journal's database does.
 */
export function readLeft(path: string): Left {
  const db = openJournalDatabase(path);
  const all = <T>(sql: string): T[] => db.prepare<[], T>(sql).all();
  try {
    const sessions = db.prepare<[], string>('SELECT name FROM session').pluck().all();
    const queued = all<LeftMessage>(
      `SELECT id, name, qos, topic, packet_id AS packetId, is_released AS isReleased, payload
       FROM queued ORDER BY id`,
    );
    return {
      sessions,
      subscriptions: all('SELECT name, filter, qos FROM subscription'),
      queued: withoutEnded(db, queued, new Set(sessions)),
      incoming: all('SELECT name, packet_id AS packetId FROM incoming'),
      retained: all('SELECT topic, qos, payload FROM retained ORDER BY rowid'),
      wills: all('SELECT id, name, topic, qos, is_retained AS isRetained, payload FROM will ORDER BY id'),
    };
  } finally {
    db.close();
  }
}

/** Rows of a session that ended just before the kill go: nobody may get them. */
function withoutEnded(
  db: JournalDatabase,
  queued: LeftMessage[],
  sessions: ReadonlySet<string>,
): LeftMessage[] {
  const ended = queued.filter(({ name }) => !sessions.has(name));
  if (ended.length === 0) return queued;
  const remove = db.prepare<[number]>('DELETE FROM queued WHERE id = ?');
  db.transaction(() => {
    for (const { id } of ended) remove.run(id);
  })();
  return queued.filter(({ name }) => sessions.has(name));
}
