import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A network cable to a port of this machine, which can be pulled. */
export interface Cable extends AsyncDisposable {
  readonly port: number;
  /** Breaks what is connected, and lets nothing through until {@link plug}. */
  pull(): void;
  plug(): void;
}

/** Lays a cable: connections to its port reach `targetPort`. */
export async function layCable(targetPort: number): Promise<Cable> {
  let isPlugged = true;
  const ends = new Set<Socket>();
  const server = createServer((near) => {
    if (!isPlugged) {
      near.destroy();
      return;
    }
    const far = connect(targetPort, '127.0.0.1');
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(one);
      one.on('error', () => one.destroy());
      one.on('close', () => {
        ends.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const pull = (): void => {
    isPlugged = false;
    for (const end of ends) end.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    pull,
    plug: () => void (isPlugged = true),
    async [Symbol.asyncDispose]() {
      pull();
      server.close();
      await once(server, 'close');
    },
  };
}
