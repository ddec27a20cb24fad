import { ServerRefusal, UnusableDatabase } from '../errors.ts';
import type { Connections, Run } from './connections.ts';

/**
 * All tables stand in a schema of their own. `hot` has what is not sealed yet, in rows of what a commit brought of a device;
 * the others are those of the SQLite file. Whoever changes something of a device holds the lock of its row in `device`; whoever adds to
 * the chain holds that of the table. Bytes are compressed already: EXTERNAL keeps the server from trying again.
 */
const first = `
CREATE TABLE hearth.setting (name text PRIMARY KEY, value text NOT NULL);

CREATE TABLE hearth.device (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  duplicates bigint NOT NULL DEFAULT 0,
  -- Of what is hot: since when (the server's clock, Unix ms), and about how many instants.
  hot_since bigint,
  hot_count bigint NOT NULL DEFAULT 0,
  -- Rows of it that were not merged.
  hot_batches integer NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE hearth.hot (
  device integer NOT NULL,
  id bigint GENERATED ALWAYS AS IDENTITY,
  first bigint NOT NULL,
  last bigint NOT NULL,
  is_merged boolean NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (device, id)
);

CREATE TABLE hearth.latest (
  device integer NOT NULL,
  quantity text NOT NULL,
  at bigint NOT NULL,
  value double precision,
  received_at bigint NOT NULL,
  is_late boolean NOT NULL,
  fault text,
  PRIMARY KEY (device, quantity)
) WITH (fillfactor = 50);

CREATE TABLE hearth.span (
  device integer NOT NULL,
  boot bigint NOT NULL,
  first bigint NOT NULL,
  last bigint NOT NULL,
  first_at bigint NOT NULL,
  last_at bigint NOT NULL,
  PRIMARY KEY (device, boot, first)
) WITH (fillfactor = 50);

CREATE TABLE hearth.repeat (
  device integer NOT NULL,
  hour_at bigint NOT NULL,
  count bigint NOT NULL,
  PRIMARY KEY (device, hour_at)
);

CREATE TABLE hearth.replay_window (
  device text PRIMARY KEY,
  key text NOT NULL,
  boot bigint NOT NULL,
  seq bigint NOT NULL,
  seen text NOT NULL
);

CREATE TABLE hearth.block (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device integer NOT NULL,
  first bigint NOT NULL,
  last bigint NOT NULL,
  count integer NOT NULL,
  sha256 bytea NOT NULL,
  summary jsonb NOT NULL,
  data bytea NOT NULL
);
ALTER TABLE hearth.block ALTER COLUMN data SET STORAGE EXTERNAL;
CREATE INDEX block_in_time ON hearth.block (device, first) INCLUDE (last, count);

CREATE TABLE hearth.rollup (
  device integer NOT NULL,
  width_ms bigint NOT NULL,
  start bigint NOT NULL,
  data bytea NOT NULL,
  PRIMARY KEY (device, width_ms, start)
);
ALTER TABLE hearth.rollup ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE hearth.chain (
  number bigint PRIMARY KEY,
  at bigint NOT NULL,
  entry text NOT NULL,
  hash bytea NOT NULL
);
`;

/** What makes a database of one version from the one before; never changed after a release. */
const migrations = [first];

/** The oldest server that is still mended by its makers. */
const oldestVersion = 140_000;

/** Of the lock that one process holds while it makes or changes tables: `Hrth`. */
const migrationLock = 0x48727468;

interface Server {
  version: number;
  encoding: string;
  synchronous: string;
  fsync: string;
  isStandby: boolean;
}

/**
 * Brings the tables up to date, and makes them where they are missing; several processes may do so at once.
 * @throws {ServerRefusal} and {@link UnusableDatabase}
 */
export async function openDatabase(connections: Connections): Promise<void> {
  await connections.read(assertServer);
  await connections.write(async (run) => {
    await run('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    const version = await versionOf(run);
    if (version > migrations.length)
      throw new UnusableDatabase('newer-version', `schema ${version} is of a newer Hearth than this one`);
    if (version === migrations.length) return;
    for (const migration of migrations.slice(version)) await run(migration);
    await run(
      `INSERT INTO hearth.setting VALUES ('version', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      [String(migrations.length)],
    );
  });
}

/** Of the tables that are there; 0 for none, then in a schema that is there afterwards. */
async function versionOf(run: Run): Promise<number> {
  const [schema] = await run<{ tables: number; isOurs: boolean }>(
    `SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = oid_of_ours) AS tables,
       to_regclass('hearth.setting') IS NOT NULL AS "isOurs"
     FROM (SELECT to_regnamespace('hearth') AS oid_of_ours) AS named WHERE oid_of_ours IS NOT NULL`,
  );
  if (!schema) await run('CREATE SCHEMA hearth');
  if (!schema || schema.tables === 0) return 0;
  const [version] = schema.isOurs
    ? await run<{ value: string }>("SELECT value FROM hearth.setting WHERE name = 'version'")
    : [];
  if (!version) throw new UnusableDatabase('not-hearth', 'its schema "hearth" is of another program');
  return Number(version.value);
}

/** What was acknowledged has to be on disk, and every name has to fit in. */
async function assertServer(run: Run): Promise<void> {
  const [server] = await run<Server>(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding,
       current_setting('synchronous_commit') AS synchronous, current_setting('fsync') AS fsync,
       pg_is_in_recovery() AS "isStandby"`,
  );
  const { version, encoding, synchronous, fsync, isStandby } = server!;
  const refuse = (message: string): never => {
    throw new ServerRefusal({ code: 'unsuitable', message });
  };
  if (version < oldestVersion) refuse(`this server is older than PostgreSQL ${oldestVersion / 10_000}`);
  if (isStandby) refuse('this server is a standby, which takes no readings');
  if (encoding !== 'UTF8') refuse(`the encoding of this database is ${encoding}, and has to be UTF8`);
  if (fsync !== 'on' || !['on', 'remote_apply'].includes(synchronous))
    refuse(
      `with fsync = ${fsync} and synchronous_commit = ${synchronous} this server does not keep what it acknowledged`,
    );
}
