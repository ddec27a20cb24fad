import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startPart, type PartProcess } from '../processes.ts';

/** A broker's process that has loaded its modules, and touched no file of the data folder. */
export interface WarmBroker {
  readonly pid: number;
  /** Resolves when it is ready, in a tenth of the time of a cold one; rejects when it ended before. */
  start(): Promise<PartProcess>;
  kill(): void;
}

/** Makes warm brokers on one data folder, one ahead. */
export interface WarmBrokers extends AsyncDisposable {
  next(): Promise<WarmBroker>;
}

/** @param preloads more modules that the process loads before its own, as paths */
export async function openWarmBrokers(
  env: Record<string, string>,
  preloads: readonly string[] = [],
): Promise<WarmBrokers> {
  await using parts = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'hearth-warm-'));
  parts.defer(() => rmSync(folder, { recursive: true, force: true }));
  const place = join(folder, 'go');
  const server = createServer();
  const sockets = new Set<Socket>();
  await new Promise<void>((resolve) => server.listen(place, resolve));
  parts.defer(() => void server.close());
  parts.defer(() => sockets.forEach((socket) => socket.destroy()));

  const paths = [...preloads, join(import.meta.dirname, 'standby.ts')];
  const nodeArgs = paths.flatMap((path) => ['--import', pathToFileURL(path).href]);
  const warm = async (): Promise<WarmBroker> => {
    const came = new Promise<{ socket: Socket; pid: number }>((resolve) =>
      server.once('connection', (socket) => {
        sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => sockets.delete(socket));
        socket.once('data', (line: Buffer) => resolve({ socket, pid: Number(line.toString()) }));
      }),
    );
    const ready = startPart(
      'broker',
      { ...env, FAULTS_STANDBY: place, NODE_COMPILE_CACHE: join(folder, 'compiled') },
      nodeArgs,
    );
    ready.catch(() => {});
    const { socket, pid } = await Promise.race([came, ready.then(() => came)]);
    return {
      pid,
      start() {
        socket.write('go');
        return ready;
      },
      kill: () => void process.kill(pid, 'SIGKILL'),
    };
  };
  let ahead: Promise<WarmBroker> | null = null;
  parts.defer(async () => (await ahead)?.kill());
  const all = parts.move();
  return {
    async next() {
      const broker = await (ahead ?? warm());
      ahead = warm();
      ahead.catch(() => {});
      return broker;
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
