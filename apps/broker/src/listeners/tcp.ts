import { once } from 'node:events';
import { createServer, isIPv6, type AddressInfo, type Socket } from 'node:net';
import { connectionsMax, strangersPerAddressMax } from '../limits.ts';

/** An open door of the broker. */
export interface Listener extends AsyncDisposable {
  /** Where clients on this machine connect. */
  readonly url: string;
}

export interface TcpOptions {
  host: string;
  port: number;
  /** Takes over a socket that was let in. */
  handle: (socket: Socket) => void;
  /** Whether the socket's client has shown a right secret. */
  isKnown: (socket: Socket) => boolean;
}

/**
 * Listens for MQTT over TCP, and caps sockets in all and strangers for each address.
 * @throws the system's error (EADDRINUSE, EACCES, EADDRNOTAVAIL) when the address cannot be had.
 */
export async function listenTcp({ host, port, handle, isKnown }: TcpOptions): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    if (isCrowded(sockets, socket, isKnown)) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    handle(socket);
  });
  server.maxConnections = connectionsMax;
  server.listen(port, host);
  await once(server, 'listening');

  return {
    url: `mqtt://${reachable(host)}:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function isCrowded(
  sockets: ReadonlySet<Socket>,
  socket: Socket,
  isKnown: (socket: Socket) => boolean,
): boolean {
  // Counting is cheap while there are few; a stranger is one for at most the connect timeout.
  if (sockets.size < strangersPerAddressMax) return false;
  let strangers = 0;
  for (const other of sockets)
    if (other.remoteAddress === socket.remoteAddress && !isKnown(other)) strangers++;
  return strangers >= strangersPerAddressMax;
}

function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}
