import { parentPort, workerData } from 'node:worker_threads';
import { refusalOf } from '../errors.ts';
import type { FromWorker, ToWorker } from '../thread.ts';
import { openAll, type Opened } from './opening.ts';
import type { Answer, Ask, EngineData } from './asks.ts';
import { buffersOf } from './transfer.ts';
import { createWriteQueue } from './write-queue.ts';

const port = parentPort!;
const reply = (message: FromWorker<Answer>, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

function serve({ engine, queries, sealer, pruner, db, lock }: Opened): void {
  const writes = createWriteQueue({
    engine,
    sealer,
    pruner,
    commitMs: (workerData as EngineData).commitMs,
    reply,
  });

  function answer(id: number, ask: Exclude<Ask, { kind: 'write' }>): void {
    try {
      const { method, query } = ask;
      const found = (queries[method] as (...query: unknown[]) => Answer)(...query);
      reply({ id, answer: found }, buffersOf(found));
    } catch (error) {
      reply({ id, refusal: refusalOf(error) });
    }
  }

  async function close(): Promise<void> {
    await writes.drained();
    await sealer.stop();
    pruner.stop();
    await engine.close();
    db.close();
    lock[Symbol.dispose]();
    port.close();
  }

  port.on('message', (message: ToWorker<Ask>) => {
    if (message === 'close') void close();
    else if (message.ask.kind === 'write') writes.add(message.id, message.ask.write);
    else answer(message.id, message.ask);
  });
  sealer.wake();
}

try {
  const opened = await openAll(workerData as EngineData, (notice) => reply({ notice }));
  serve(opened);
  reply('ready');
} catch (error) {
  reply({ refusal: refusalOf(error) });
  port.close();
}
