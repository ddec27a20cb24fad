/** `Hrth`: marks a file as a database of Hearth's readings. */
export const applicationId = 0x48727468;

/**
 * The tables. A reading is a row of (series, at); rollups hold the buckets that are closed, which means that
 * their series has a reading in a later bucket; `span` holds which seq of each boot came, merged to intervals.
 */
const readings = `
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

/** How far each device's encrypted messages came: moved in one commit with the readings that they brought. */
const replayWindows = `
CREATE TABLE replay_window (
  device TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  boot INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  seen TEXT NOT NULL
) WITHOUT ROWID, STRICT;
`;

/** What makes a database of one version from the one before, from an empty file on; never changed after a release. */
export const migrations = [readings, replayWindows];

/** Of the tables that these make. */
export const schemaVersion = migrations.length;
