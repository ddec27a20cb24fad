import { parentPort, receiveMessageOnPort } from 'node:worker_threads';
import type { Appended } from './appending.ts';
import { openWritable } from './database.ts';
import { refusalOf } from './errors.ts';
import { openOrRefuse } from './open-or-refuse.ts';
import type { FromWorker, ToWorker } from './thread.ts';
import { createWriter, type Write, type Writer } from './writer.ts';

/** What became of one write, and how long its commit took. */
export type Committed = Appended & { commitMs: number };

type Asked = Exclude<ToWorker<Write>, 'close'>;

/** One commit takes what waits up to about this many numbers (some 50,000 readings), a third of a second. */
const commitLimit = 200_000;

const port = parentPort!;
const reply = (message: FromWorker<Committed>, transfer: ArrayBuffer[] = []): void =>
  port.postMessage(message, transfer);

/** Commits what was asked as one, then answers each. */
function commit(writer: Writer, asked: readonly Asked[]): void {
  const startedAt = performance.now();
  try {
    const written = writer.commit(asked.map(({ ask }) => ask));
    const commitMs = performance.now() - startedAt;
    for (const [i, one] of written.entries())
      reply({ id: asked[i]!.id, answer: { ...one, commitMs } }, [one.isDuplicate.buffer]);
  } catch (error) {
    const refusal = refusalOf(error);
    for (const { id } of asked) reply({ id, refusal });
  }
}

const db = openOrRefuse(openWritable);
if (db) {
  const writer = createWriter(db);
  port.on('message', (first: ToWorker<Write>) => {
    // Group commit: whatever arrived while the last commit ran shares the next one. No timer is needed.
    const asked: Asked[] = [];
    let size = 0;
    let message: ToWorker<Write> | undefined = first;
    while (message !== undefined && message !== 'close') {
      asked.push(message);
      size += 'append' in message.ask ? message.ask.append.numbers.length : 0;
      message = size < commitLimit ? (receiveMessageOnPort(port)?.message as typeof message) : undefined;
    }
    if (asked.length > 0) commit(writer, asked);
    if (message !== 'close') return;
    db.close();
    port.close();
  });
  reply('ready');
}
