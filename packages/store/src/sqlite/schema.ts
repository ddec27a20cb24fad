/** `Hrth`: marks a file as a database of Hearth's readings. */
export const applicationId = 0x48727468;

/** Of the first Hearth: a row for each reading. */
const rows = `
CREATE TABLE device (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  duplicates INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE series (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL,
  quantity TEXT NOT NULL,
  UNIQUE (device, quantity)
) STRICT;

CREATE TABLE reading (
  series INTEGER NOT NULL,
  at INTEGER NOT NULL,
  value REAL,
  PRIMARY KEY (series, at)
) WITHOUT ROWID, STRICT;

CREATE TABLE latest (
  series INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  value REAL,
  received_at INTEGER NOT NULL,
  is_late INTEGER NOT NULL,
  fault TEXT
) STRICT;

CREATE TABLE rollup (
  series INTEGER NOT NULL,
  width_ms INTEGER NOT NULL,
  start INTEGER NOT NULL,
  count INTEGER NOT NULL,
  min REAL NOT NULL,
  max REAL NOT NULL,
  sum REAL NOT NULL,
  last REAL NOT NULL,
  PRIMARY KEY (series, width_ms, start)
) WITHOUT ROWID, STRICT;

CREATE TABLE span (
  device INTEGER NOT NULL,
  boot INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (device, boot, first)
) WITHOUT ROWID, STRICT;
`;

/** How far each device's encrypted messages came. */
const replayWindows = `
CREATE TABLE replay_window (
  device TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  boot INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  seen TEXT NOT NULL
) WITHOUT ROWID, STRICT;
`;

/**
 * Sealed history. A `block` has a stretch of one device, a `rollup` thirty days of quarters or a hundred and twenty of
 * hours of one device. `device.sealed_frame` is the frame of the journal up to which the device's readings are here.
 * Rows of before, and what tells their series, wait to be moved (see move-rows).
 */
const sealedHistory = `
ALTER TABLE reading RENAME TO row_reading;
ALTER TABLE series RENAME TO row_series;
ALTER TABLE latest RENAME TO row_latest;
DROP TABLE rollup;
ALTER TABLE device ADD COLUMN sealed_frame INTEGER NOT NULL DEFAULT 0;
ALTER TABLE span ADD COLUMN first_at INTEGER;
ALTER TABLE span ADD COLUMN last_at INTEGER;

CREATE TABLE latest (
  device INTEGER NOT NULL,
  quantity TEXT NOT NULL,
  at INTEGER NOT NULL,
  value REAL,
  received_at INTEGER NOT NULL,
  is_late INTEGER NOT NULL,
  fault TEXT,
  PRIMARY KEY (device, quantity)
) WITHOUT ROWID, STRICT;
INSERT INTO latest SELECT device, quantity, at, value, received_at, is_late, fault
  FROM row_latest JOIN row_series ON row_series.id = row_latest.series;
DROP TABLE row_latest;

-- summary: JSON, how many readings and bytes each quantity has.
CREATE TABLE block (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  device INTEGER NOT NULL,
  first INTEGER NOT NULL,
  last INTEGER NOT NULL,
  count INTEGER NOT NULL,
  sha256 BLOB NOT NULL,
  summary TEXT NOT NULL,
  data BLOB NOT NULL
) STRICT;
CREATE INDEX block_in_time ON block (device, first, last, count);

CREATE TABLE rollup (
  id INTEGER PRIMARY KEY,
  device INTEGER NOT NULL,
  width_ms INTEGER NOT NULL,
  start INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (device, width_ms, start)
) STRICT;

-- Repeats by device and hour of their arrival.
CREATE TABLE repeat (
  device INTEGER NOT NULL,
  hour_at INTEGER NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (device, hour_at)
) WITHOUT ROWID, STRICT;

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;

-- What was sealed, rewritten and dropped, each entry with the hash of the one before in its own.
CREATE TABLE chain (
  number INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  entry TEXT NOT NULL,
  hash BLOB NOT NULL
) STRICT;
`;

/** What makes a database of one version from the one before, from an empty file on; never changed after a release. */
export const migrations = [rows, replayWindows, sealedHistory];

/** Of the tables that these make. */
export const schemaVersion = migrations.length;
