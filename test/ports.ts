import { connect, createServer, type AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const listensWithinMs = 10_000;

/** A port of this machine that nobody listens on, for a program that cannot choose one itself. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Resolves when somebody listens on the port.
 * @throws with the program's output when nobody does within 10 s.
 */
export async function listens(port: number, program: { output(): string }): Promise<void> {
  const giveUpAt = Date.now() + listensWithinMs;
  while (!(await isOpen(port))) {
    if (Date.now() > giveUpAt) throw new Error(`nobody listens on port ${port}:\n${program.output()}`);
    await pause(20);
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => resolve(false));
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
