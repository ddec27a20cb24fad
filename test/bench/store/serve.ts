import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encodeColumns } from './columns.ts';
import { type Device, messagesOf } from './data-set.ts';
import { openShelf, type ShelfName } from './shelves.ts';
import { questionOf } from './questions.ts';

/** What the server's process is told besides HTTP, and what it says. */
export type Told = { load: readonly Device[]; atMost: number } | { settle: true } | { close: true };
export type Said = { port: number } | { isDone: true } | { failure: string };

const [, , name = '', folder = ''] = process.argv;
const say = (said: Said): void => void process.send?.(said);

const shelf = await openShelf(name as ShelfName, folder);

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
}

async function answer(request: IncomingMessage): Promise<Buffer> {
  if (request.method === 'GET') return encodeColumns(await shelf.ask(questionOf(request.url!)));
  await shelf.write(await bodyOf(request));
  return Buffer.alloc(0);
}

const server = createServer((request, response) => {
  answer(request).then(
    (body) => response.writeHead(200, { 'content-length': body.length }).end(body),
    (error: unknown) => response.writeHead(500).end(String(error)),
  );
});

async function obey(told: Told): Promise<void> {
  if ('load' in told) return shelf.load(messagesOf(told.load, 0, told.atMost));
  if ('settle' in told) return shelf.settle();
  server.close();
  server.closeAllConnections();
  await shelf.close();
}

process.on('message', (told: Told) => {
  void (async () => {
    try {
      await obey(told);
      say({ isDone: true });
      if ('close' in told) process.disconnect();
    } catch (error) {
      say({ failure: error instanceof Error ? error.stack! : String(error) });
    }
  })();
});
process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => say({ port: (server.address() as AddressInfo).port }));
