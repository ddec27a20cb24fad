/**
 * The tables of Home Assistant's recorder that states and their statistics go to, with its types and its indexes: the
 * columns that it no longer fills are there and NULL.
 * @see homeassistant/components/recorder/db_schema.py of home-assistant/core
 */
export const recorderSchema = `
CREATE TABLE IF NOT EXISTS states_meta (
  metadata_id INTEGER NOT NULL PRIMARY KEY,
  entity_id VARCHAR(255)
);
CREATE UNIQUE INDEX IF NOT EXISTS ix_states_meta_entity_id ON states_meta (entity_id);

CREATE TABLE IF NOT EXISTS state_attributes (
  attributes_id INTEGER NOT NULL PRIMARY KEY,
  hash BIGINT,
  shared_attrs TEXT
);
CREATE INDEX IF NOT EXISTS ix_state_attributes_hash ON state_attributes (hash);

CREATE TABLE IF NOT EXISTS states (
  state_id INTEGER NOT NULL PRIMARY KEY,
  entity_id CHAR(0),
  state VARCHAR(255),
  attributes CHAR(0),
  event_id SMALLINT,
  last_changed CHAR(0),
  last_changed_ts FLOAT,
  last_reported_ts FLOAT,
  last_updated CHAR(0),
  last_updated_ts FLOAT,
  old_state_id INTEGER REFERENCES states (state_id),
  attributes_id INTEGER REFERENCES state_attributes (attributes_id),
  context_id CHAR(0),
  context_user_id CHAR(0),
  context_parent_id CHAR(0),
  origin_idx SMALLINT,
  context_id_bin BLOB,
  context_user_id_bin BLOB,
  context_parent_id_bin BLOB,
  metadata_id INTEGER REFERENCES states_meta (metadata_id)
);
CREATE INDEX IF NOT EXISTS ix_states_metadata_id_last_updated_ts ON states (metadata_id, last_updated_ts);
CREATE INDEX IF NOT EXISTS ix_states_context_id_bin ON states (context_id_bin);
CREATE INDEX IF NOT EXISTS ix_states_last_updated_ts ON states (last_updated_ts);
CREATE INDEX IF NOT EXISTS ix_states_old_state_id ON states (old_state_id);
CREATE INDEX IF NOT EXISTS ix_states_attributes_id ON states (attributes_id);

CREATE TABLE IF NOT EXISTS statistics_meta (
  id INTEGER NOT NULL PRIMARY KEY,
  statistic_id VARCHAR(255),
  source VARCHAR(32),
  unit_of_measurement VARCHAR(255),
  has_mean BOOLEAN,
  has_sum BOOLEAN,
  name VARCHAR(255)
);
CREATE UNIQUE INDEX IF NOT EXISTS ix_statistics_meta_statistic_id ON statistics_meta (statistic_id);

CREATE TABLE IF NOT EXISTS statistics (
  id INTEGER NOT NULL PRIMARY KEY,
  created CHAR(0),
  created_ts FLOAT,
  metadata_id INTEGER REFERENCES statistics_meta (id),
  start CHAR(0),
  start_ts FLOAT,
  mean FLOAT,
  min FLOAT,
  max FLOAT,
  last_reset CHAR(0),
  last_reset_ts FLOAT,
  state FLOAT,
  sum FLOAT
);
CREATE UNIQUE INDEX IF NOT EXISTS ix_statistics_statistic_id_start_ts ON statistics (metadata_id, start_ts);
CREATE INDEX IF NOT EXISTS ix_statistics_start_ts ON statistics (start_ts);
`;
