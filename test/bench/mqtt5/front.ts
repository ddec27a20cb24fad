import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { takeIn, type Shared } from './connection.ts';
import { createSessionExpiry } from './session-expiry.ts';

/** A listener for MQTT 3.1.1 and MQTT 5 in front of a broker that speaks 3.1.1. */
export interface Front extends AsyncDisposable {
  readonly port: number;
  /** Clients that are there. */
  readonly connections: number;
  /** Durable sessions of MQTT 5 that it knows of. */
  readonly sessions: number;
}

/**
 * Opens it on a free port of this machine. Each client gets a connection of its own to the broker, with its own name
 * and secret: identity, access, limits, sessions and acknowledgements stay the broker's, and no acknowledgement leaves
 * before the broker's has come.
 * @param now Unix ms, by which messages and sessions end.
 */
export async function startFront(brokerPort: number, now: () => number = Date.now): Promise<Front> {
  const sockets = new Set<Socket>();
  const expiry = createSessionExpiry(brokerPort, now);
  const latest: Shared['latest'] = new Map();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    takeIn(socket, { brokerPort, now, expiry, latest });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return sockets.size;
    },
    get sessions() {
      return expiry.kept;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      expiry[Symbol.dispose]();
      await closed;
    },
  };
}
