import Database from 'better-sqlite3';
import { RefusalError } from '../../answering.ts';

/** A recorder database of Home Assistant, and the columns that its tables have: they changed over the years. */
export interface RecorderDatabase extends Disposable {
  db: Database.Database;
  /** Whether a table is there and has this column. */
  has: (table: string, column: string) => boolean;
}

const tables = ['states', 'states_meta', 'state_attributes', 'statistics', 'statistics_meta'];

/**
 * Opens a database that strangers may have made, to be read only: what is queried must be plain tables, since a view or
 * a computed column can run for ever.
 * @throws {RefusalError} when it is damaged, or no recorder database
 */
export function openRecorder(path: string): RecorderDatabase {
  const db = openReadonly(path);
  try {
    const columns = new Map<string, Set<string>>();
    for (const table of tables) columns.set(table, columnsOf(db, table));
    const has = (table: string, column: string): boolean => columns.get(table)?.has(column) === true;
    const states = has('states', 'state_id') && has('states', 'state');
    if (!states || !(has('states', 'entity_id') || has('states', 'metadata_id')))
      throw new RefusalError(
        'not-this-format',
        'This database has no table of states: it is not of the recorder.',
      );
    return { db, has, [Symbol.dispose]: () => db.close() };
  } catch (error) {
    db.close();
    throw explained(error);
  }
}

function openReadonly(path: string): Database.Database {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true });
    for (const pragma of ['trusted_schema = OFF', 'query_only = ON', 'cell_size_check = ON', 'mmap_size = 0'])
      db.pragma(pragma);
    return db;
  } catch (error) {
    throw explained(error);
  }
}

function columnsOf(db: Database.Database, table: string): Set<string> {
  const types = db
    .prepare<[string], string>('SELECT type FROM pragma_table_list WHERE name = ?')
    .pluck()
    .all(table);
  if (types.length === 0) return new Set();
  const columns = db.pragma(`table_xinfo(${table})`) as { name: string; hidden: number }[];
  if (types.some((type) => type !== 'table') || columns.some(({ hidden }) => hidden !== 0))
    throw new RefusalError('not-this-format', `“${table}” is not the plain table that Home Assistant makes.`);
  return new Set(columns.map(({ name }) => name));
}

/** What SQLite says of a file, as a refusal of the file. Anything else is as it was. */
export function explained(error: unknown): unknown {
  const { code = '', message } = error as Error & { code?: string };
  if (!code.startsWith('SQLITE_')) return error;
  const isNone = code === 'SQLITE_NOTADB' || code === 'SQLITE_CANTOPEN';
  const what = isNone ? 'This is not an SQLite database' : 'The database is damaged';
  return new RefusalError(isNone ? 'not-this-format' : 'damaged', `${what}: ${message} (${code}).`, {
    cause: error,
  });
}
