import { once } from 'node:events';
import { createServer, isIPv6, type AddressInfo, type Server, type Socket } from 'node:net';

/** An open port. */
export interface Listener extends AsyncDisposable {
  readonly port: number;
}

export interface ListenOptions {
  host: string;
  port: number;
  /** The variable of the environment that sets the port, for the person who finds it taken. */
  variable: string;
  onSocket: (socket: Socket) => void;
}

/** A thousand devices come back at once after a power cut. */
const backlog = 1024;

/**
 * Opens a port; disposing closes it and every socket that came in by it.
 * @throws the system's error (EADDRINUSE, EACCES, EADDRNOTAVAIL) with the `variable`, when it cannot be had.
 */
export async function listen({ host, port, variable, onSocket }: ListenOptions): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    onSocket(socket);
  });
  try {
    await listening(server, port, host);
  } catch (error) {
    // Without IPv6 in the system, all addresses are those of IPv4.
    if (host !== '::' || (error as NodeJS.ErrnoException).code !== 'EAFNOSUPPORT')
      throw Object.assign(error as Error, { variable });
    await listening(server, port, '0.0.0.0');
  }
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listening(server: Server, port: number, host: string): Promise<void> {
  server.listen({ port, host, backlog });
  await once(server, 'listening');
}

/** The host of a listener in a URL that this machine can use. */
export function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

/** Whether only this machine can reach the host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}
