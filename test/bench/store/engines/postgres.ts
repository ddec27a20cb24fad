import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort, listens } from '../../../ports.ts';
import { type Message, messagesOf, thermostatQuantities } from '../data-set.ts';
import type { Engine } from '../engine.ts';
import { blocksB, filesBelow } from '../files.ts';
import { sendInBatches } from '../line-protocol.ts';
import type { Answer, Question } from '../questions.ts';
import { findOwner, startServer } from '../server.ts';
import { openPostgres, type PostgresLink } from './postgres-link.ts';

/** Where Debian puts the programs of each version. */
const versions = '/usr/lib/postgresql';

/** Connections for what is on the way at once. */
const connections = 4;

/** Object ids below are the cluster's own. */
const firstOwnId = 16384;

const copyReadings = 'COPY reading FROM STDIN (FORMAT binary)';

function programs(): string | null {
  const newest = existsSync(versions) ? readdirSync(versions).toSorted().at(-1) : undefined;
  return newest === undefined ? null : join(versions, newest, 'bin');
}

/**
 * Debian's PostgreSQL, in a cluster of its own: a row a message, as whoever knows it would keep them. It refuses to be
 * run by root, so it runs as Debian's user for it. Nothing of the cluster but the table and its index is counted.
 */
export const postgres: Engine = {
  name: 'postgres',
  title: 'PostgreSQL',
  problem() {
    if (programs() === null) return 'postgresql is not installed';
    return process.getuid?.() === 0 && !findOwner('postgres') ? 'there is no user postgres' : null;
  },
  sizeB: (folder) =>
    blocksB(filesBelow(join(folder, 'base')).filter((file) => parseInt(basename(file)) >= firstOwnId)),
  async start(folder) {
    await using open = new AsyncDisposableStack();
    const user = findOwner('postgres');
    const port = await freePort();
    const isNew = !existsSync(join(folder, 'base'));
    if (isNew) createCluster(folder, user);
    const server = open.use(
      startServer(join(programs()!, 'postgres'), ['-D', folder, ...settings(port)], {
        signal: 'SIGINT',
        user,
      }),
    );
    await Promise.race([listens(port, server), server.gone]);
    const links = await Promise.all(Array.from({ length: connections }, () => openWhenReady(port)));
    for (const link of links) open.use(link);
    if (isNew) await links[0]!.execute(schema);
    let turn = 0;
    const copy = (body: Uint8Array): Promise<void> => links[turn++ % connections]!.copy(copyReadings, body);
    const parts = open.move();
    return {
      pid: server.pid,
      async load(devices, atMost = Infinity) {
        await sendInBatches(messagesOf(devices, 0, atMost), (batch) => copy(encodeRows(batch)));
      },
      async settle() {
        await links[0]!.execute('VACUUM (FREEZE, ANALYZE) reading');
        await links[0]!.execute('CHECKPOINT');
      },
      ask: (question) => ask(links[0]!, question),
      encode: encodeRows,
      write: copy,
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  },
};

const schema = `
CREATE TABLE reading (
  device smallint NOT NULL,
  at bigint NOT NULL,
  ${thermostatQuantities.map((quantity) => `${quantity} float8`).join(', ')},
  PRIMARY KEY (device, at)
);`;

const settings = (port: number): string[] =>
  [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'shared_buffers=512MB',
    'max_wal_size=4GB',
  ].flatMap((setting) => ['-c', setting]);

function createCluster(folder: string, user: ReturnType<typeof findOwner>): void {
  if (user) chownSync(folder, user.uid, user.gid);
  const args = ['-D', folder, '-U', 'bench', '-A', 'trust', '--no-locale', '-E', 'UTF8'];
  const { status, stderr } = spawnSync(join(programs()!, 'initdb'), args, { cwd: '/', ...user });
  if (status !== 0) throw new Error(`initdb: ${stderr.toString()}`);
}

/** It listens before it lets anybody in. */
async function openWhenReady(port: number): Promise<PostgresLink> {
  for (const giveUpAt = Date.now() + 30_000; ;) {
    try {
      return await openPostgres(port, 'bench');
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await pause(50);
    }
  }
}

const numberOf = (device: string): number => Number(/\d+$/.exec(device)?.[0] ?? 0);

/** Rows as COPY has them in binary: signature, then length and bytes of each field; -1 for NULL. */
function encodeRows(messages: readonly Message[]): Uint8Array {
  const rowB = 2 + 6 + 12 + thermostatQuantities.length * 12;
  const bytes = Buffer.alloc(19 + messages.length * rowB + 2);
  bytes.write('PGCOPY\n\xff\r\n\0', 'latin1');
  let at = 19;
  for (const { part, row } of messages) {
    at = bytes.writeInt16BE(2 + thermostatQuantities.length, at);
    at = bytes.writeInt32BE(2, at);
    at = bytes.writeInt16BE(numberOf(part.device.name), at);
    at = bytes.writeInt32BE(8, at);
    at = bytes.writeBigInt64BE(BigInt(part.at[row]!), at);
    for (const quantity of thermostatQuantities) {
      const column = part.values[part.device.quantities.indexOf(quantity)];
      at = bytes.writeInt32BE(column ? 8 : -1, at);
      if (column) at = bytes.writeDoubleBE(column[row]!, at);
    }
  }
  at = bytes.writeInt16BE(-1, at);
  return bytes.subarray(0, at);
}

async function ask(link: PostgresLink, question: Question): Promise<Answer> {
  if (question.kind === 'latest') {
    const values = thermostatQuantities.map((quantity) => `(${quantity})`).join();
    const sql = `
      WITH RECURSIVE device AS (
        (SELECT device FROM reading ORDER BY device LIMIT 1)
        UNION ALL SELECT (SELECT r.device FROM reading r WHERE r.device > d.device ORDER BY r.device LIMIT 1)
        FROM device d WHERE d.device IS NOT NULL)
      SELECT at::float8, value FROM device, LATERAL (
        SELECT * FROM reading r WHERE r.device = device.device ORDER BY at DESC LIMIT 1) newest,
        LATERAL (VALUES ${values}) AS of_row (value) WHERE value IS NOT NULL`;
    return link.columns(sql, 2);
  }
  const { series, from, to } = question;
  const column = series.quantity;
  const where = `FROM reading WHERE device = ${numberOf(series.device)} AND at >= ${from} AND at < ${to}`;
  if (question.kind === 'raw') return link.columns(`SELECT at::float8, ${column} ${where} ORDER BY at`, 2);
  const { widthMs } = question;
  return link.columns(
    `SELECT (at / ${widthMs} * ${widthMs})::float8, min(${column}), avg(${column}), max(${column})
     ${where} GROUP BY at / ${widthMs} ORDER BY 1`,
    4,
  );
}
