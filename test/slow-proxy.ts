import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a TCP server on this machine that can be made slow, each direction for itself. */
export interface SlowProxy extends AsyncDisposable {
  readonly port: number;
  /** Milliseconds that every piece waits from now on, in order. */
  slow(delays: { toServerMs?: number; toClientMs?: number }): void;
  /** The longest that a piece has waited since then: a timer of a busy machine is late. */
  longestMs(): number;
}

/** Listens on a free port of this machine and hands on to `port`, which is looked up with each connection. */
export async function startSlowProxy(port: () => number): Promise<SlowProxy> {
  let delays = { toServerMs: 0, toClientMs: 0 };
  let longestMs = 0;
  const waited = (ms: number): void => void (longestMs = Math.max(longestMs, ms));
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket.setNoDelay(true));
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  };
  const server = createServer((client) => {
    const upstream = keep(connect(port(), '127.0.0.1'));
    keep(client);
    handOn(client, upstream, () => delays.toServerMs, waited);
    handOn(upstream, client, () => delays.toClientMs, waited);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    slow({ toServerMs = 0, toClientMs = 0 }) {
      delays = { toServerMs, toClientMs };
      longestMs = 0;
    },
    longestMs: () => longestMs,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Timers of one length run in their order, and one that was set later never runs before a shorter one. */
function handOn(from: Socket, to: Socket, delayMs: () => number, waited: (ms: number) => void): void {
  const after = (then: () => void): void => {
    if (delayMs() === 0) return then();
    const startedMs = performance.now();
    setTimeout(() => {
      waited(performance.now() - startedMs);
      then();
    }, delayMs());
  };
  from.on('data', (bytes) => after(() => to.write(bytes)));
  from.on('close', () => after(() => to.destroySoon()));
}
