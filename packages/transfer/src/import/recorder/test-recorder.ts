import Database from 'better-sqlite3';

/** One state as Home Assistant records it. `at` in Unix ms. */
export interface State {
  entity: string;
  state: string | null;
  at: number;
  attributes?: object;
}

/** One hour of a statistic: a mean, or the state of a meter. */
export interface Statistic {
  entity: string;
  unit: string | null;
  start: number;
  mean?: number;
  state?: number;
}

/**
 * The tables as Home Assistant makes them: `now` as of 2025 (schema 51), `of2022` with attributes shared and times as
 * text (schema 28), `of2021` with everything in each state (schema 22). Tables that are not read are left out.
 * @see home-assistant.io/docs/backend/database; homeassistant/components/recorder/db_schema.py
 */
const schemas = {
  now: `
    CREATE TABLE state_attributes (attributes_id INTEGER NOT NULL, hash BIGINT, shared_attrs TEXT, PRIMARY KEY (attributes_id));
    CREATE TABLE states_meta (metadata_id INTEGER NOT NULL, entity_id VARCHAR(255), PRIMARY KEY (metadata_id));
    CREATE TABLE statistics_meta (
      id INTEGER NOT NULL, statistic_id VARCHAR(255), source VARCHAR(32), unit_of_measurement VARCHAR(255),
      unit_class VARCHAR(255), has_mean BOOLEAN, has_sum BOOLEAN, name VARCHAR(255), mean_type SMALLINT NOT NULL,
      PRIMARY KEY (id)
    );
    CREATE TABLE schema_changes (change_id INTEGER NOT NULL, schema_version INTEGER, changed DATETIME NOT NULL, PRIMARY KEY (change_id));
    CREATE TABLE states (
      state_id INTEGER NOT NULL, entity_id CHAR(0), state VARCHAR(255), attributes CHAR(0), event_id SMALLINT,
      last_changed CHAR(0), last_changed_ts FLOAT, last_reported_ts FLOAT, last_updated CHAR(0), last_updated_ts FLOAT,
      old_state_id INTEGER, attributes_id INTEGER, context_id CHAR(0), context_user_id CHAR(0),
      context_parent_id CHAR(0), origin_idx SMALLINT, context_id_bin BLOB, context_user_id_bin BLOB,
      context_parent_id_bin BLOB, metadata_id INTEGER,
      PRIMARY KEY (state_id),
      FOREIGN KEY(old_state_id) REFERENCES states (state_id),
      FOREIGN KEY(attributes_id) REFERENCES state_attributes (attributes_id),
      FOREIGN KEY(metadata_id) REFERENCES states_meta (metadata_id)
    );
    CREATE TABLE statistics (
      id INTEGER NOT NULL, created CHAR(0), created_ts FLOAT, metadata_id INTEGER, start CHAR(0), start_ts FLOAT,
      mean FLOAT, mean_weight FLOAT, min FLOAT, max FLOAT, last_reset CHAR(0), last_reset_ts FLOAT, state FLOAT,
      sum FLOAT,
      PRIMARY KEY (id), FOREIGN KEY(metadata_id) REFERENCES statistics_meta (id) ON DELETE CASCADE
    );
    CREATE INDEX ix_states_metadata_id_last_updated_ts ON states (metadata_id, last_updated_ts);
    CREATE UNIQUE INDEX ix_statistics_statistic_id_start_ts ON statistics (metadata_id, start_ts);
    INSERT INTO schema_changes VALUES (1, 51, '2025-11-01 00:00:00.000000');`,
  of2022: `
    CREATE TABLE state_attributes (attributes_id INTEGER NOT NULL, hash BIGINT, shared_attrs TEXT, PRIMARY KEY (attributes_id));
    CREATE TABLE statistics_meta (
      id INTEGER NOT NULL, statistic_id VARCHAR(255), source VARCHAR(32), unit_of_measurement VARCHAR(255),
      has_mean BOOLEAN, has_sum BOOLEAN, name VARCHAR(255), PRIMARY KEY (id)
    );
    CREATE TABLE states (
      state_id INTEGER NOT NULL, entity_id VARCHAR(255), state VARCHAR(255), attributes TEXT, event_id INTEGER,
      last_changed DATETIME, last_updated DATETIME, old_state_id INTEGER, attributes_id INTEGER,
      context_id VARCHAR(36), context_user_id VARCHAR(36), context_parent_id VARCHAR(36), origin_idx SMALLINT,
      PRIMARY KEY (state_id)
    );
    CREATE TABLE statistics (
      id INTEGER NOT NULL, created DATETIME, start DATETIME, mean FLOAT, min FLOAT, max FLOAT, last_reset DATETIME,
      state FLOAT, sum FLOAT, metadata_id INTEGER, PRIMARY KEY (id)
    );`,
  of2021: `
    CREATE TABLE statistics_meta (
      id INTEGER NOT NULL, statistic_id VARCHAR(255), source VARCHAR(32), unit_of_measurement VARCHAR(255),
      has_mean BOOLEAN, has_sum BOOLEAN, PRIMARY KEY (id)
    );
    CREATE TABLE states (
      state_id INTEGER NOT NULL, domain VARCHAR(64), entity_id VARCHAR(255), state VARCHAR(255), attributes TEXT,
      event_id INTEGER, last_changed DATETIME, last_updated DATETIME, created DATETIME, old_state_id INTEGER,
      PRIMARY KEY (state_id)
    );
    CREATE TABLE statistics (
      id INTEGER NOT NULL, created DATETIME, start DATETIME, mean FLOAT, min FLOAT, max FLOAT, last_reset DATETIME,
      state FLOAT, sum FLOAT, metadata_id INTEGER, PRIMARY KEY (id)
    );`,
};
export type SchemaYear = keyof typeof schemas;
export const schemaYears = ['now', 'of2022', 'of2021'] as const;

/** Text of a time as Home Assistant wrote it before 2023: UTC, without saying so. */
const timeText = (at: number): string => `${new Date(at).toISOString().slice(0, -1).replace('T', ' ')}000`;

/** Makes a recorder database. More SQL may spoil it. */
export function makeRecorder(
  path: string,
  year: SchemaYear,
  {
    states = [],
    statistics = [],
    sql = '',
  }: { states?: readonly State[]; statistics?: readonly Statistic[]; sql?: string },
): void {
  const db = new Database(path);
  db.exec(schemas[year]);
  // As Home Assistant leaves it.
  db.pragma('journal_mode = WAL');
  db.pragma('foreign_keys = OFF');
  const insert = (table: string, row: Record<string, unknown>): number => {
    const names = Object.keys(row);
    const statement = `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`;
    return Number(db.prepare(statement).run(...Object.values(row)).lastInsertRowid);
  };
  const once = (table: string, key: string, id: string, value: string, more: object = {}): number => {
    const known = db
      .prepare<[string], number>(`SELECT ${id} FROM ${table} WHERE ${key} = ?`)
      .pluck()
      .get(value);
    return known ?? insert(table, { [key]: value, ...more });
  };
  const shared = (text: string): number => once('state_attributes', 'shared_attrs', 'attributes_id', text);

  db.transaction(() => {
    for (const { entity, state, at, attributes = {} } of states) {
      const text = JSON.stringify(attributes);
      if (year === 'now')
        insert('states', {
          metadata_id: once('states_meta', 'entity_id', 'metadata_id', entity),
          state,
          last_updated_ts: at / 1000,
          attributes_id: shared(text),
        });
      else
        insert('states', {
          entity_id: entity,
          state,
          last_updated: timeText(at),
          ...(year === 'of2022' ? { attributes_id: shared(text) } : { attributes: text }),
        });
    }
    for (const { entity, unit, start, mean = null, state = null } of statistics) {
      const more = { unit_of_measurement: unit, ...(year === 'now' && { mean_type: mean === null ? 0 : 1 }) };
      const metadata_id = once('statistics_meta', 'statistic_id', 'id', entity, more);
      const time = year === 'now' ? { start_ts: start / 1000 } : { start: timeText(start) };
      insert('statistics', { metadata_id, ...time, mean, state });
    }
    db.exec(sql);
  })();
  db.close();
}
