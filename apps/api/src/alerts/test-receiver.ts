import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A receiver that takes what comes, or answers as it is told. `onConnection` is called
 * before anything is read. `received` has the ids of the notices in the order in which they came.
 */
export async function startReceiver(
  answer: (body: string, count: number) => number = () => 204,
  onConnection: () => void = () => {},
) {
  const received: string[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      received.push(String(request.headers['webhook-id']));
      response.writeHead(answer(Buffer.concat(pieces).toString(), received.length)).end();
    });
  })
    .on('connection', onConnection)
    .listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
