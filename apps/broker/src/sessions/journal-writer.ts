import type { Statement } from 'better-sqlite3';
import type { JournalDatabase } from './journal-database.ts';
import { readRecords, verbs, type ReadRecord, type Verb } from './records.ts';

/** Writes packed records in one transaction, which is on disk when it returns; or none of them, and throws. */
export type WriteRecords = (packed: Uint8Array) => void;

/** The statements behind the records. */
export function createJournalWriter(db: JournalDatabase): WriteRecords {
  const apply = prepareVerbs(db);
  const write = db.transaction((packed: Uint8Array) =>
    readRecords(packed, (record) => apply[record.verb](record)),
  );
  return (packed) => write.immediate(packed);
}

/** Each does nothing when it was done before: what failed once may have been written all the same. */
function prepareVerbs(db: JournalDatabase): Record<Verb, (record: ReadRecord) => void> {
  const to = (sql: string): Statement => db.prepare(sql);
  const queue = to('INSERT OR REPLACE INTO queued (id, name, qos, topic, payload) VALUES (?, ?, ?, ?, ?)');
  const sent = to('UPDATE queued SET packet_id = ? WHERE id = ?');
  const release = to(`UPDATE queued SET is_released = 1, payload = x'' WHERE id = ?`);
  const done = to('DELETE FROM queued WHERE id = ?');
  const begin = to('INSERT OR IGNORE INTO session VALUES (?)');
  const ends = ['session', 'subscription', 'incoming'].map((table) =>
    to(`DELETE FROM ${table} WHERE name = ?`),
  );
  const subscribe = to('INSERT OR REPLACE INTO subscription VALUES (?, ?, ?)');
  const unsubscribe = to('DELETE FROM subscription WHERE name = ? AND filter = ?');
  const incoming = to('INSERT OR IGNORE INTO incoming VALUES (?, ?)');
  const incomingDone = to('DELETE FROM incoming WHERE name = ? AND packet_id = ?');
  const retain = to('INSERT OR REPLACE INTO retained VALUES (?, ?, ?)');
  const unretain = to('DELETE FROM retained WHERE topic = ?');
  const will = to('INSERT OR REPLACE INTO will VALUES (?, ?, ?, ?, ?, ?)');
  const willDone = to('DELETE FROM will WHERE id = ?');
  const probe = to('INSERT INTO probe VALUES (1, 1) ON CONFLICT DO UPDATE SET probes = probes + 1');
  return {
    [verbs.queue]: (r) => void queue.run(r.number, r.name, r.small, r.topic, r.payload),
    [verbs.sent]: (r) => void sent.run(r.small, r.number),
    [verbs.release]: (r) => void release.run(r.number),
    [verbs.done]: (r) => void done.run(r.number),
    [verbs.begin]: (r) => void begin.run(r.name),
    [verbs.end]: (r) => {
      for (const end of ends) end.run(r.name);
    },
    [verbs.subscribe]: (r) => void subscribe.run(r.name, r.topic, r.small),
    [verbs.unsubscribe]: (r) => void unsubscribe.run(r.name, r.topic),
    [verbs.incoming]: (r) => void incoming.run(r.name, r.small),
    [verbs.incomingDone]: (r) => void incomingDone.run(r.name, r.small),
    [verbs.retain]: (r) =>
      void (r.payload.length > 0 ? retain.run(r.topic, r.small, r.payload) : unretain.run(r.topic)),
    [verbs.will]: (r) => void will.run(r.number, r.name, r.topic, r.small & 3, r.small >> 2, r.payload),
    [verbs.willDone]: (r) => void willDone.run(r.number),
    [verbs.probe]: () => void probe.run(),
  };
}
