// PostgreSQL for tests: a server of Debian's, in a folder of its own, that nobody else reaches.
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

const startsWithinMs = 20_000;

/** A running PostgreSQL; disposing stops it and deletes all. */
export interface PostgresServer extends AsyncDisposable {
  /** Makes an empty database with an owner of its own, and gives the URL for it. */
  createDatabase(): Promise<string>;
  /** The URL of a database for the superuser. */
  superuserUrl(database: string): string;
  /** Runs statements as the superuser, one after the other. */
  run(database: string, ...statements: string[]): Promise<Record<string, unknown>[]>;
  /** Ends it: `fast` closes the connections, after `kill` it recovers at the next start. */
  stop(how: 'fast' | 'kill'): Promise<void>;
  /** Starts it again on the same data; resolves when it takes connections. */
  start(): Promise<void>;
}

/** Who the server runs as: PostgreSQL refuses to run as root. */
interface User {
  uid?: number;
  gid?: number;
}

function unprivilegedUser(): User {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Debian keeps the programs of a server in a folder of its version; elsewhere they are in PATH. */
function program(name: string): string {
  const newest = globSync(`/usr/lib/postgresql/*/bin/${name}`).toSorted((a, b) =>
    b.localeCompare(a, 'en', { numeric: true }),
  )[0];
  return newest ?? name;
}

/** Databases of tests are many and small: in memory where the system has it, where a sync takes no time. */
const folderOfServers = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/**
 * Starts a server on a Unix socket in a temporary folder. It asks for passwords.
 * @throws where PostgreSQL is not installed
 */
export async function startPostgres(): Promise<PostgresServer> {
  await using parts = new AsyncDisposableStack();
  const user = unprivilegedUser();
  const folder = mkdtempSync(join(folderOfServers, 'hearth-postgres-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid!);
  const data = join(folder, 'data');
  makeCluster(folder, data, user);

  let running: ChildProcess | null = null;
  let databases = 0;
  const urlOf = (name: string, password: string, database: string): string =>
    `postgres://${name}:${password}@${encodeURIComponent(folder)}/${database}`;
  const superuserUrl = (database: string): string => urlOf('postgres', superuserPassword, database);

  async function run(database: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
    const client = new Client({ connectionString: superuserUrl(database) });
    client.on('error', () => undefined);
    try {
      await client.connect();
      let rows: Record<string, unknown>[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  }

  async function start(): Promise<void> {
    const settings = ['listen_addresses=', `unix_socket_directories=${folder}`, 'shared_buffers=16MB'];
    const args = ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    const child = spawn(program('postgres'), args, { ...user, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-10_000)));
    running = child;
    const giveUpAt = Date.now() + startsWithinMs;
    for (let isUp = false; !isUp;) {
      isUp = await run('postgres', 'SELECT 1').then(
        () => true,
        () => false,
      );
      if (isUp) return;
      if (child.exitCode !== null || Date.now() > giveUpAt)
        throw new Error(`PostgreSQL does not start:\n${said}`);
      await pause(20);
    }
  }

  async function stop(how: 'fast' | 'kill'): Promise<void> {
    if (!running || running.exitCode !== null) return;
    const ended = once(running, 'exit');
    running.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  const endWithProcess = (): void => void running?.kill('SIGQUIT');
  process.once('exit', endWithProcess);
  parts.defer(() => void process.off('exit', endWithProcess));
  parts.defer(() => stop('kill'));
  await start();
  const all = parts.move();
  return {
    async createDatabase() {
      const name = `home_${++databases}`;
      await run(
        'postgres',
        `CREATE ROLE ${name} LOGIN PASSWORD '${ownerPassword}'`,
        `CREATE DATABASE ${name} OWNER ${name}`,
      );
      return urlOf(name, ownerPassword, name);
    },
    superuserUrl,
    run,
    stop,
    start,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

const superuserPassword = 'the-superuser';
/** Of the owners of databases: what must be found in no log and no message. */
export const ownerPassword = 'an-owners-secret';

function makeCluster(folder: string, data: string, user: User): void {
  const passwordFile = join(folder, 'password');
  writeFileSync(passwordFile, superuserPassword, { mode: 0o644 });
  const args = ['--auth=scram-sha-256', '--username=postgres', `--pwfile=${passwordFile}`];
  execFileSync(
    program('initdb'),
    ['-D', data, ...args, '--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    { ...user, stdio: ['ignore', 'ignore', 'pipe'] },
  );
}
