import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Order } from './plan.ts';

/** A process that stores readings, and says what is promised. */
export interface Victim {
  readonly pid: number;
  /** Lets it begin. */
  live(order: Order): void;
  /** Resolves when it has said so: `opening`, `open` or the number of an operation; rejects when it ended before. */
  hears(said: string): Promise<void>;
  /** SIGKILL; resolves with what was said, when it is gone. */
  kill(): Promise<string[]>;
}

/** Makes processes that store readings, one ahead. */
export interface Victims extends AsyncDisposable {
  /** The port that they talk to. */
  readonly port: number;
  next(): Promise<Victim>;
}

/** @param preloads more modules that each process loads before its own, as paths */
export async function openVictims(preloads: readonly string[] = []): Promise<Victims> {
  const compiled = mkdtempSync(join(tmpdir(), 'hearth-compiled-'));
  const waiting = new Map<number, (socket: Socket) => void>();
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (line: Buffer) => waiting.get(Number(line.toString()))?.(socket));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };

  async function start(): Promise<Victim> {
    const imports = preloads.flatMap((path) => ['--import', pathToFileURL(path).href]);
    const script = join(import.meta.dirname, 'store-until-killed.ts');
    const child = spawn(process.execPath, [...imports, script, String(port)], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { NODE_COMPILE_CACHE: compiled, ...process.env },
    });
    const came = new Promise<Socket>((resolve) => waiting.set(child.pid!, resolve));
    return createVictim(child, await came);
  }

  let ahead: Promise<Victim> | null = null;
  return {
    port,
    async next() {
      const victim = await (ahead ?? start());
      ahead = start();
      return victim;
    },
    async [Symbol.asyncDispose]() {
      await (await ahead)?.kill();
      server.close();
      rmSync(compiled, { recursive: true, force: true });
    },
  };
}

function createVictim(child: ChildProcess, socket: Socket): Victim {
  let text = '';
  const lines = (): string[] => text.split('\n').slice(0, -1);
  const listeners = new Set<() => void>();
  const closed = once(socket, 'close');
  socket.setEncoding('utf8').on('data', (more: string) => {
    text += more;
    for (const listener of listeners) listener();
  });
  return {
    pid: child.pid!,
    live: (order) => void socket.write(`${JSON.stringify(order)}\n`),
    hears: (said) =>
      new Promise((resolve, reject) => {
        const listen = (): void => {
          if (!lines().includes(said)) return;
          listeners.delete(listen);
          resolve();
        };
        listeners.add(listen);
        void closed.then(() => reject(new Error(`ended, and did not say ${said}: ${text.slice(-200)}`)));
        listen();
      }),
    async kill() {
      child.kill('SIGKILL');
      await closed;
      return lines();
    },
  };
}
