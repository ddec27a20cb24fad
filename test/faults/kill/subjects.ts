import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { start, type Program } from '../../interop/programs.ts';
import { freePort } from '../../ports.ts';
import { openWarmBrokers } from '../warm-broker.ts';
import { join as joinBroker, type Place } from './link.ts';

/** A broker that is killed and started again on what it has kept. */
export interface Subject extends AsyncDisposable {
  /** Resolves when it takes connections, and says how long that took. */
  start(): Promise<Place & { readyMs: number }>;
  /** Lets it begin and kills it after so long, wherever it is then. */
  startAndKill(afterMs: number): Promise<void>;
  kill(): Promise<void>;
}

/** Hearth's, as the process that `npm start` runs. */
export async function openHearth(preloads: readonly string[] = []): Promise<Subject & { dataDir: string }> {
  await using parts = new AsyncDisposableStack();
  const dataDir = mkdtempSync(join(tmpdir(), 'hearth-kill-'));
  parts.defer(() => rmSync(dataDir, { recursive: true, force: true }));
  const env = { HEARTH_DATA_DIR: dataDir, HEARTH_LOG_LEVEL: 'warn' };
  const warm = parts.use(await openWarmBrokers(env, preloads));
  let kill = async (): Promise<void> => {};
  parts.defer(() => kill());
  const all = parts.move();
  return {
    dataDir,
    async start() {
      const broker = await warm.next();
      const startedAt = performance.now();
      const process = await broker.start();
      const readyMs = performance.now() - startedAt;
      kill = () => process.kill();
      process.child.once('exit', (code) => {
        if (code !== null) throw new Error(`the broker ended with ${code}:\n${process.output()}`);
      });
      return {
        port: Number(new URL(process.address['mqttUrl']!).port),
        username: 'hearth-api',
        password: readFileSync(join(dataDir, 'broker/service-secret'), 'utf8').trim(),
        readyMs,
      };
    },
    async startAndKill(afterMs) {
      const broker = await warm.next();
      const started = broker.start();
      await pause(afterMs);
      broker.kill();
      await started.then(
        (process) => process.kill(),
        (error: Error) => {
          if (!error.message.includes('ended with null')) throw error;
        },
      );
    },
    kill: () => kill(),
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** Debian's Mosquitto as it is shipped: it keeps sessions in a file that is written every 30 minutes. */
export async function openMosquitto(): Promise<Subject> {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-kill-mosquitto-'));
  const port = await freePort();
  const lines = [
    'user root',
    `listener ${port} 127.0.0.1`,
    'allow_anonymous true',
    'persistence true',
    `persistence_location ${folder}/`,
    // What it loses is to be lost by the kill, and not because a queue is full.
    'max_queued_messages 0',
  ];
  writeFileSync(join(folder, 'mosquitto.conf'), `${lines.join('\n')}\n`);
  let program: Program | null = null;
  const place = { port, username: 'anybody', password: '' };
  const run = (): Program => start('/usr/sbin/mosquitto', ['-c', join(folder, 'mosquitto.conf')]);
  return {
    async start() {
      const startedAt = performance.now();
      program = run();
      for (;;) {
        const link = await joinBroker(place, { clientId: 'ready' }, () => {});
        link?.cut();
        if (link) return { ...place, readyMs: performance.now() - startedAt };
        if (performance.now() - startedAt > 10_000) throw new Error(`no Mosquitto:\n${program.output()}`);
        await pause(10);
      }
    },
    async startAndKill(afterMs) {
      program = run();
      await pause(afterMs);
      await program.kill('SIGKILL');
    },
    async kill() {
      await program?.kill('SIGKILL');
    },
    async [Symbol.asyncDispose]() {
      await program?.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
