import { Pool, types, type PoolClient } from 'pg';
import { ServerRefusal } from '../errors.ts';
import { asRefusal, isConnectionWhole, isToBeDoneAgain } from './refusals.ts';

/** Runs one statement and gives its rows. Several that do not wait for each other cost one way. @throws {ServerRefusal} */
export type Run = <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>;

/** Connections to one database, made when they are needed, also after the server was away. */
export interface Connections extends AsyncDisposable {
  /**
   * Runs work as one transaction, which is durable when this resolves. The work may be done again from its beginning,
   * where transactions ran into each other.
   */
  write<T>(work: (run: Run) => Promise<T>): Promise<T>;
  /** Runs queries that all see the same moment. */
  read<T>(work: (run: Run) => Promise<T>): Promise<T>;
}

/** Commits come one after another; the second is for sealing. */
const writersMax = 2;
/** Charts that are drawn at once. */
const readersMax = 3;

/** For a connection to be made, or to become free. */
const connectWithinMs = 10_000;
/** A statement that takes longer is given up by the server, and then by us when the server is not heard either. */
const statementWithinMs = 30_000;
const answerWithinMs = 35_000;
/** A process that stands still holds the locks of its devices no longer than this. */
const idleWithinMs = 60_000;

const attempts = 5;

/** Instants and counters are safe integers. */
const typeParsers = {
  getTypeParser: ((oid: Parameters<typeof types.getTypeParser>[0], format?: 'text' | 'binary') =>
    oid === types.builtins.INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
};

export function openConnections(url: string): Connections {
  const makePool = (max: number): Pool => {
    const pool = new Pool({
      connectionString: url,
      max,
      application_name: 'hearth',
      // What was acknowledged is on disk; a URL with `options` of its own overrides it, and is checked at the start.
      options: '-c synchronous_commit=on',
      connectionTimeoutMillis: connectWithinMs,
      statement_timeout: statementWithinMs,
      query_timeout: answerWithinMs,
      idle_in_transaction_session_timeout: idleWithinMs,
      keepAlive: true,
      pipeline: true,
      types: typeParsers,
    });
    // A connection that ends is noticed by whoever uses it; one that nobody uses is made anew.
    pool.on('error', () => undefined);
    pool.on('connect', (client) => void client.on('error', () => undefined));
    return pool;
  };
  const writers = makePool(writersMax);
  const readers = makePool(readersMax);

  return {
    async write(work) {
      for (let attempt = 1; ; attempt++)
        try {
          return await transact(writers, 'BEGIN ISOLATION LEVEL READ COMMITTED', work);
        } catch (error) {
          if (attempt === attempts || !isToBeDoneAgain(error)) throw error;
        }
    },
    read: (work) => transact(readers, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', work),
    async [Symbol.asyncDispose]() {
      await Promise.all([writers.end(), readers.end()]);
    },
  };
}

async function transact<T>(pool: Pool, begin: string, work: (run: Run) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  const run: Run = async (sql, values = []) => {
    try {
      return (await client.query(sql, [...values])).rows;
    } catch (error) {
      throw asRefusal(error);
    }
  };
  let isUsable = false;
  try {
    const [, result] = await Promise.all([run(begin), work(run)]);
    await run('COMMIT');
    isUsable = true;
    return result;
  } catch (error) {
    if (isConnectionWhole(error))
      isUsable = await run('ROLLBACK').then(
        () => true,
        () => false,
      );
    throw error;
  } finally {
    client.release(!isUsable);
  }
}

async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    const refusal = asRefusal(error);
    // Whatever is wrong with the URL, its certificates or the password: it is not a bug of ours.
    throw refusal instanceof ServerRefusal
      ? refusal
      : new ServerRefusal({ code: 'connection', message: (error as Error).message });
  }
}
