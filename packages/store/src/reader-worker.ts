import { parentPort } from 'node:worker_threads';
import { openReadable } from './database.ts';
import { refusalOf } from './errors.ts';
import { openOrRefuse } from './open-or-refuse.ts';
import { createReader, type Reader } from './reader.ts';
import type { FromWorker, ToWorker } from './thread.ts';

/** One query: the name of a {@link Reader}'s method and what it takes. */
export type Query = { [M in keyof Reader]: { method: M; query: Parameters<Reader[M]> } }[keyof Reader];
export type Answer = ReturnType<Reader[keyof Reader]>;

/** The buffers of an answer's columns, which move to the main thread without a copy. */
function buffersOf(answer: Answer): ArrayBuffer[] {
  if ('columns' in answer)
    return [...answer.columns, ...answer.on].flatMap((columns) =>
      Object.values(columns ?? {}).map((column: Float64Array<ArrayBuffer>) => column.buffer),
    );
  if ('value' in answer) return [answer.at.buffer, answer.value.buffer];
  return [];
}

const port = parentPort!;
const reply = (message: FromWorker<Answer>, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

function serve(reader: Reader, id: number, { method, query }: Query): void {
  try {
    const found = (reader[method] as (...query: Query['query']) => Answer)(...query);
    reply({ id, answer: found }, buffersOf(found));
  } catch (error) {
    reply({ id, refusal: refusalOf(error) });
  }
}

const db = openOrRefuse(openReadable);
if (db) {
  const reader = createReader(db);
  port.on('message', (message: ToWorker<Query>) => {
    if (message !== 'close') {
      serve(reader, message.id, message.ask);
      return;
    }
    db.close();
    port.close();
  });
  reply('ready');
}
