import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isInstalled } from '../../../interop/programs.ts';
import { freePort, listens } from '../../../ports.ts';
import { columnsOf } from '../columns.ts';
import { messagesOf } from '../data-set.ts';
import type { Engine } from '../engine.ts';
import { blocksB, filesBelow } from '../files.ts';
import { type HttpClient, openHttp } from '../http-client.ts';
import { encodeLines, sendInBatches } from '../line-protocol.ts';
import type { Answer, Question } from '../questions.ts';
import { startServer } from '../server.ts';

const program = '/usr/bin/influxd';
const write = '/write?db=bench&precision=ms';

/** Debian's InfluxDB 1.6 as it comes, but that it compacts within seconds what it would within hours. */
export const influx: Engine = {
  name: 'influx',
  title: 'InfluxDB 1.6',
  problem: () => (isInstalled(program) ? null : 'influxdb is not installed'),
  sizeB: (folder) => blocksB(filesBelow(join(folder, 'data')).filter((file) => file.endsWith('.tsm'))),
  async start(folder) {
    const [port, rpcPort] = [await freePort(), await freePort()];
    await using open = new AsyncDisposableStack();
    writeFileSync(join(folder, 'influxdb.conf'), configuration(folder, port, rpcPort));
    const server = open.use(startServer(program, ['-config', join(folder, 'influxdb.conf')]));
    const http = open.use(openHttp(port));
    await Promise.race([listens(port, server), server.gone]);
    await http.post(`/query?${new URLSearchParams({ q: 'CREATE DATABASE bench' })}`);
    const parts = open.move();
    return {
      pid: server.pid,
      async load(devices, atMost = Infinity) {
        await sendInBatches(messagesOf(devices, 0, atMost), (batch) => http.post(write, encodeLines(batch)));
      },
      settle: () => isCompacted(folder),
      ask: (question) => ask(http, question),
      encode: (messages) => Buffer.from(encodeLines(messages)),
      write: async (body) => void (await http.post(write, body)),
      [Symbol.asyncDispose]: () => parts.disposeAsync(),
    };
  },
};

const configuration = (folder: string, port: number, rpcPort: number): string => `
reporting-disabled = true
bind-address = "127.0.0.1:${rpcPort}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
  cache-snapshot-write-cold-duration = "2s"
  compact-full-write-cold-duration = "2s"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
  max-body-size = 0
`;

/** Resolves when what was written is in files that have stayed the same for some seconds, and none is being made. */
async function isCompacted(folder: string): Promise<void> {
  // The segment of the WAL that would be written next is there, and empty.
  const state = (): string =>
    filesBelow(folder)
      .filter((file) => /\.(tsm|tmp|wal)$/.test(file) && statSync(file).size > 0)
      .join();
  let last = state();
  for (let quietMs = 0; quietMs < 4000;) {
    await pause(500);
    const now = state();
    quietMs = now === last && !/\.(tmp|wal)/.test(now) ? quietMs + 500 : 0;
    last = now;
  }
}

/** What its query API answers. */
interface Result {
  results: { error?: string; series?: { columns: string[]; values: (number | null)[][] }[] }[];
}

async function ask(http: HttpClient, question: Question): Promise<Answer> {
  const get = async (q: string): Promise<number[][]> => {
    const text = (
      await http.get(`/query?${new URLSearchParams({ db: 'bench', epoch: 'ms', q })}`)
    ).toString();
    const { error, series } = (JSON.parse(text) as Result).results[0]!;
    if (error) throw new Error(`${q}: ${error}`);
    return (series ?? []).flatMap(({ values }) => values as number[][]);
  };
  if (question.kind === 'latest') {
    const rows = await get('SELECT last(*) FROM reading GROUP BY device');
    return columnsOf(
      rows.flatMap(([at, ...values]) =>
        values.filter((value) => value !== null).map((value) => [at!, value]),
      ),
      2,
    );
  }
  const { series, from, to } = question;
  const where = `FROM reading WHERE device = '${series.device}' AND time >= ${from}ms AND time < ${to}ms`;
  if (question.kind === 'raw') return columnsOf(await get(`SELECT ${series.quantity} ${where}`), 2);
  const columns = ['min', 'mean', 'max'].map((what) => `${what}(${series.quantity})`).join();
  const rows = await get(`SELECT ${columns} ${where} GROUP BY time(${question.widthMs}ms) fill(none)`);
  return columnsOf(rows, 4);
}
