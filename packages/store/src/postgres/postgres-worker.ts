import { parentPort, workerData } from 'node:worker_threads';
import type { Answer, Ask } from '../engine/asks.ts';
import type { Applied } from '../engine/engine.ts';
import { buffersOf } from '../engine/transfer.ts';
import { createWriteQueue } from '../engine/write-queue.ts';
import { refusalOf } from '../errors.ts';
import type { Operation } from '../journal/operations.ts';
import { createColumnCache } from '../sealed/column-cache.ts';
import type { FromWorker, ToWorker } from '../thread.ts';
import { assertAddress } from './address.ts';
import { openConnections, type Connections } from './connections.ts';
import { createEngine } from './engine.ts';
import { startPruner } from './pruner.ts';
import { createQueries } from './queries.ts';
import { openDatabase } from './schema.ts';
import { startSealer } from './sealer.ts';

/** What the thread is started with. */
export interface PostgresData {
  url: string;
  stampMs: number;
  commitMs: number;
}

const port = parentPort!;
const { url, stampMs, commitMs } = workerData as PostgresData;
const reply = (message: FromWorker<Answer>, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

async function serve(connections: Connections): Promise<void> {
  const cache = createColumnCache();
  const engine = createEngine(connections, cache, stampMs);
  const pruner = await startPruner(connections);
  const queries = createQueries(connections, cache, () => pruner.state());
  const background = startSealer(engine);
  const sealer = {
    wake: () => undefined,
    refusal: () => background.refusal(),
    sealAll: () => engine.sealAll(),
  };
  /** A transaction has applied what it stored. */
  async function write(operations: readonly Operation[]): Promise<() => Applied[]> {
    const applied = await engine.commit(operations);
    return () => applied;
  }
  const writes = createWriteQueue({ engine: { write }, sealer, pruner, commitMs, reply });
  const reading = new Set<Promise<void>>();

  async function answer(id: number, { method, query }: Exclude<Ask, { kind: 'write' }>): Promise<void> {
    try {
      const found = await (queries[method] as (...query: unknown[]) => Promise<Answer>)(...query);
      reply({ id, answer: found }, buffersOf(found));
    } catch (error) {
      reply({ id, refusal: refusalOf(error) });
    }
  }

  async function close(): Promise<void> {
    await writes.drained();
    await Promise.all([background.stop(), pruner.stop(), ...reading]);
    await connections[Symbol.asyncDispose]();
    port.close();
  }

  port.on('message', (message: ToWorker<Ask>) => {
    if (message === 'close') void close();
    else if (message.ask.kind === 'write') writes.add(message.id, message.ask.write);
    else {
      const answering = answer(message.id, message.ask).finally(() => reading.delete(answering));
      reading.add(answering);
    }
  });
}

async function open(): Promise<void> {
  assertAddress(url);
  const connections = openConnections(url);
  try {
    await openDatabase(connections);
    await serve(connections);
  } catch (error) {
    await connections[Symbol.asyncDispose]();
    throw error;
  }
}

try {
  await open();
  reply('ready');
} catch (error) {
  reply({ refusal: refusalOf(error) });
  port.close();
}
