import Database from 'better-sqlite3';
import { join } from 'node:path';
import { explainFile, makeFolder, StartError } from '@hearth/part';

/** Versions of the schema in order; each runs once, in a transaction, and is never changed after a release. */
const migrations = [
  `
  CREATE TABLE home (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, time_zone TEXT NOT NULL, temperature_unit TEXT NOT NULL
  ) STRICT;
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE user (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, password_hash TEXT NOT NULL,
    role TEXT NOT NULL, created_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE session (
    token_sha256 TEXT PRIMARY KEY, user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL, used_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE room (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, is_demo INTEGER NOT NULL DEFAULT 0,
    position INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE device (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, room TEXT REFERENCES room (id) ON DELETE SET NULL,
    source TEXT NOT NULL, role TEXT NOT NULL, is_demo INTEGER NOT NULL DEFAULT 0,
    about TEXT, boot INTEGER, conn INTEGER, online_since INTEGER, last_message_at INTEGER,
    rejected INTEGER NOT NULL DEFAULT 0, added_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE rejected_message (
    id INTEGER PRIMARY KEY, device TEXT NOT NULL, at INTEGER NOT NULL, topic TEXT NOT NULL,
    rule TEXT NOT NULL, path TEXT NOT NULL, expected TEXT NOT NULL, got TEXT NOT NULL
  ) STRICT;
  CREATE INDEX rejected_by_device ON rejected_message (device, id);
  CREATE TABLE command (
    id TEXT PRIMARY KEY, device TEXT NOT NULL, setpoint REAL NOT NULL, state TEXT NOT NULL,
    requested_at INTEGER NOT NULL, requested_by TEXT NOT NULL, settled_at INTEGER, refusal TEXT
  ) STRICT;
  CREATE INDEX command_by_device ON command (device, requested_at);
  `,
  `
  CREATE TABLE payload_key (
    device TEXT PRIMARY KEY, key_id INTEGER NOT NULL, wrapped BLOB NOT NULL, sent_boot INTEGER NOT NULL,
    made_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  ALTER TABLE device ADD COLUMN is_room_chosen INTEGER NOT NULL DEFAULT 0;
  -- Its first manifest named a room then: in none now, it was taken out of it by hand.
  UPDATE device SET is_room_chosen = 1 WHERE room IS NOT NULL OR about ->> 'room' IS NOT NULL;
  ALTER TABLE rejected_message ADD COLUMN consequence TEXT NOT NULL DEFAULT 'acknowledged';
  ALTER TABLE rejected_message ADD COLUMN count INTEGER NOT NULL DEFAULT 1;
  `,
  `
  ALTER TABLE device ADD COLUMN is_online INTEGER;
  ALTER TABLE device ADD COLUMN offline_since INTEGER;
  `,
  `
  ALTER TABLE rejected_message ADD COLUMN reason TEXT NOT NULL DEFAULT '';
  -- Those of before stay as they are, each an entry of its own.
  UPDATE rejected_message SET reason = id;
  CREATE UNIQUE INDEX rejected_by_reason ON rejected_message (device, topic, reason);
  `,
  `
  CREATE TABLE import (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, format TEXT NOT NULL, mode TEXT NOT NULL, state TEXT NOT NULL,
    mapping TEXT NOT NULL, progress TEXT NOT NULL, bytes INTEGER NOT NULL, has_file INTEGER NOT NULL,
    problem TEXT, created_at INTEGER NOT NULL, ended_at INTEGER
  ) STRICT;
  `,
  `
  CREATE TABLE availability_day (
    key TEXT NOT NULL, start TEXT NOT NULL, good INTEGER NOT NULL, bad INTEGER NOT NULL, PRIMARY KEY (key, start)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE availability_slot (
    key TEXT NOT NULL, start INTEGER NOT NULL, good INTEGER NOT NULL, bad INTEGER NOT NULL, PRIMARY KEY (key, start)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE maintenance (id INTEGER PRIMARY KEY, start INTEGER NOT NULL, end INTEGER NOT NULL, why TEXT NOT NULL) STRICT;
  `,
  // `buckets` is a histogram of how long the leg took: [[bucket, count], …].
  `
  CREATE TABLE probe_day (
    day TEXT NOT NULL, leg TEXT NOT NULL, buckets TEXT NOT NULL, failures INTEGER NOT NULL,
    PRIMARY KEY (day, leg)
  ) STRICT, WITHOUT ROWID;
  `,
  'CREATE TABLE rhythm (device TEXT PRIMARY KEY, learned TEXT NOT NULL) STRICT, WITHOUT ROWID;',
  `
  CREATE TABLE alert (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, name TEXT NOT NULL, device TEXT, room TEXT,
    severity TEXT NOT NULL, state TEXT NOT NULL, title TEXT NOT NULL, why TEXT NOT NULL, to_do TEXT NOT NULL,
    since INTEGER NOT NULL, fired_at INTEGER NOT NULL, acknowledged_at INTEGER, acknowledged_by TEXT,
    muted_until INTEGER, escalated_at INTEGER, resolved_at INTEGER, is_told INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX alert_open ON alert (kind, subject) WHERE state <> 'resolved';
  CREATE INDEX alert_by_end ON alert (resolved_at);
  CREATE TABLE alert_channel (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, reach TEXT NOT NULL, place TEXT NOT NULL, secret BLOB,
    last_at INTEGER, last_problem TEXT
  ) STRICT;
  CREATE TABLE alert_notice (
    id INTEGER PRIMARY KEY, alert INTEGER NOT NULL REFERENCES alert (id) ON DELETE CASCADE,
    channel INTEGER NOT NULL REFERENCES alert_channel (id) ON DELETE CASCADE, what TEXT NOT NULL,
    content TEXT NOT NULL, state TEXT NOT NULL, made_at INTEGER NOT NULL, due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, ended_at INTEGER
  ) STRICT;
  CREATE INDEX notice_waiting ON alert_notice (channel, id) WHERE state = 'waiting';
  CREATE INDEX notice_by_alert ON alert_notice (alert);
  `,
  'ALTER TABLE alert_channel ADD COLUMN gone_at INTEGER;',
  'ALTER TABLE alert_notice ADD COLUMN unended INTEGER NOT NULL DEFAULT 0;',
  // Our own probe's days are those of the reporter ''.
  `
  CREATE TABLE reporter (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, token_sha256 TEXT NOT NULL,
    added_at INTEGER NOT NULL, heard TEXT
  ) STRICT;
  CREATE TABLE probe_day_by (
    reporter TEXT NOT NULL, day TEXT NOT NULL, leg TEXT NOT NULL, buckets TEXT NOT NULL, failures INTEGER NOT NULL,
    PRIMARY KEY (reporter, day, leg)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO probe_day_by SELECT '', day, leg, buckets, failures FROM probe_day;
  DROP TABLE probe_day;
  `,
  // `buckets` is a histogram of the round trips that were answered, [[bucket, count], …]; empty once the day is over.
  `
  CREATE TABLE asked_day (
    device TEXT NOT NULL, day TEXT NOT NULL, answered INTEGER NOT NULL, timedOut INTEGER NOT NULL,
    refused INTEGER NOT NULL, malformed INTEGER NOT NULL, p50Ms REAL, p95Ms REAL, p99Ms REAL,
    buckets TEXT NOT NULL, PRIMARY KEY (device, day)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE user ADD COLUMN is_limited INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE user_room (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    room TEXT NOT NULL REFERENCES room (id) ON DELETE CASCADE, PRIMARY KEY (user, room)
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE session ADD COLUMN agent TEXT NOT NULL DEFAULT '';
  ALTER TABLE session ADD COLUMN address TEXT NOT NULL DEFAULT '';
  CREATE TABLE known_browser (
    token_sha256 TEXT PRIMARY KEY, user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    used_at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE invitation (
    id INTEGER PRIMARY KEY, token_sha256 TEXT NOT NULL UNIQUE, role TEXT NOT NULL, rooms TEXT,
    made_by TEXT NOT NULL, expires_at INTEGER NOT NULL
  ) STRICT;
  `,
  // `clocks` are samples of how far its clock is ahead, a JSON array of ms; empty once the day is over.
  `
  CREATE TABLE heard_day (
    device TEXT NOT NULL, day TEXT NOT NULL, late INTEGER NOT NULL, reordered INTEGER NOT NULL,
    reboots INTEGER NOT NULL, reconnects INTEGER NOT NULL, clockAheadMs INTEGER, clocks TEXT NOT NULL,
    PRIMARY KEY (device, day)
  ) STRICT, WITHOUT ROWID;
  `,
  // `last_step`: the 30 s of the code that was used last; none of before or of it counts again.
  `
  CREATE TABLE authenticator (
    user INTEGER PRIMARY KEY REFERENCES user (id) ON DELETE CASCADE, secret BLOB NOT NULL,
    last_step INTEGER NOT NULL, since INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE recovery_code (
    user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE, code_sha256 TEXT NOT NULL,
    PRIMARY KEY (user, code_sha256)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE passkey (
    id TEXT PRIMARY KEY, user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE, public_key BLOB NOT NULL,
    counter INTEGER NOT NULL, site TEXT NOT NULL, name TEXT NOT NULL, added_at INTEGER NOT NULL, used_at INTEGER
  ) STRICT;
  `,
  `
  CREATE TABLE api_token (
    id INTEGER PRIMARY KEY AUTOINCREMENT, user INTEGER NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    secret_sha256 TEXT NOT NULL UNIQUE, name TEXT NOT NULL, scopes TEXT NOT NULL, made_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL, used_at INTEGER
  ) STRICT;
  `,
  `
  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, who TEXT, by TEXT NOT NULL, token TEXT,
    address TEXT NOT NULL, route TEXT NOT NULL, about TEXT, is_done INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX audit_by_end ON audit (is_done, id);
  `,
];

/**
 * Opens the registry (people, rooms, devices, commands; readings live in the store) in the data folder.
 * Durable on return of each commit: WAL with synchronous=FULL.
 * @throws {StartError} when the file was made by a newer Hearth, is damaged, or cannot be written.
 */
export function openDatabase(dataDir: string): Database.Database {
  makeFolder(dataDir);
  const path = join(dataDir, 'hearth.db');
  let db: Database.Database | undefined;
  try {
    db = new Database(path);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('cache_size = -1024');
    db.pragma('journal_size_limit = 4194304');
    migrate(db);
    return db;
  } catch (error) {
    db?.close();
    throw explainFile(error, path, 'move it away and set Hearth up anew');
  }
}

function migrate(db: Database.Database): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length)
    throw new StartError(
      `hearth.db has schema ${version}, this Hearth knows ${migrations.length}: install the newer one`,
    );
  for (const [index, sql] of migrations.slice(version).entries())
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${version + index + 1}`);
    })();
}
