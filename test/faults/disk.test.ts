import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { skipReason } from '../interop/programs.ts';
import { startPart } from '../processes.ts';
import { startStack } from '../stack.ts';
import { startCrowd } from './kill/crowd.ts';
import { attach, straceProblem } from './strace.ts';

const diskMb = 16;
const recoveredWithinMs = 10_000;

/** What goes wrong with the disk under a broker; disposing it mends the disk. */
interface Fault {
  what: string;
  state: 'full' | 'failing';
  problem: string | null;
  isOnSmallDisk?: true;
  begin: (broker: { pid: number; folder: string }) => Promise<AsyncDisposable>;
}

const inject = (calls: string, error: string) => ({
  problem: straceProblem(),
  begin: ({ pid }: { pid: number }) =>
    attach(pid, ['-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`]),
});

const faults: Fault[] = [
  {
    what: 'is full',
    state: 'full',
    problem: process.getuid?.() === 0 ? null : 'a small disk can only be mounted by root',
    isOnSmallDisk: true,
    begin: ({ folder }) => {
      const ballast = join(folder, 'ballast');
      try {
        writeFileSync(ballast, Buffer.alloc(2 * diskMb * 1024 * 1024));
      } catch {
        // As full as it gets.
      }
      return Promise.resolve({ [Symbol.asyncDispose]: () => Promise.resolve(rmSync(ballast)) });
    },
  },
  { what: 'fails to sync', state: 'failing', ...inject('fsync,fdatasync', 'EIO') },
  { what: 'has become read-only', state: 'failing', ...inject('pwrite64', 'EROFS') },
];

for (const { what, state, problem, isOnSmallDisk, begin } of faults) {
  const { isSkipped, note } = skipReason(problem);
  test.skipIf(isSkipped)(
    `while the disk ${what} nothing is acknowledged that would have to be kept, the api says why, and all is well within ${recoveredWithinMs / 1000} s of its end, and after a kill${note}`,
    { timeout: 120_000 },
    async () => {
      await using parts = new AsyncDisposableStack();
      const dataDir = mkdtempSync(join(tmpdir(), 'hearth-disk-'));
      parts.defer(() => rmSync(dataDir, { recursive: true, force: true }));
      const folder = join(dataDir, 'broker');
      if (isOnSmallDisk) {
        mkdirSync(folder, { mode: 0o700 });
        mount('-t', 'tmpfs', '-o', `size=${diskMb}m,mode=700`, 'tmpfs', folder);
        parts.defer(() => void spawnSync('umount', ['-l', folder]));
      }
      const env = { HEARTH_DATA_DIR: dataDir, HEARTH_LOG_LEVEL: 'fatal' };
      const broker = parts.use(await startPart('broker', env));
      const brokerUrl = broker.address['mqttUrl']!;
      const stack = parts.use(await startStack({ brokerUrl, env }));
      const port = Number(new URL(brokerUrl).port);
      const crowd = parts.use(
        await startCrowd({
          port,
          username: 'hearth-api',
          password: readFileSync(join(folder, 'service-secret'), 'utf8').trim(),
        }),
      );
      const journal = async () => (await stack.api('health')).broker?.journal;
      await vi.waitFor(() => expect(crowd.acknowledged()).toBeGreaterThan(500), { timeout: 20_000 });

      let before: number;
      {
        await using fault = await begin({ pid: broker.child.pid!, folder });
        await expect.poll(async () => (await journal())?.state, { timeout: 20_000 }).toBe(state);
        expect((await journal())?.words).toMatch(/disk/);
        expect((await stack.api('health')).status).toBe('degraded');
        before = crowd.acknowledged();
        // What needs no disk goes on; and time passes in which the journal tries again.
        const until = performance.now() + 2500;
        while (performance.now() < until) await crowd.exchange();
        expect(crowd.acknowledged()).toBe(before);
        void fault;
      }
      const mendedAt = performance.now();
      await vi.waitFor(() => expect(crowd.acknowledged()).toBeGreaterThan(before), {
        timeout: recoveredWithinMs,
        interval: 10,
      });
      const tookMs = performance.now() - mendedAt;
      await expect
        .poll(async () => (await stack.api('health')).status, { timeout: recoveredWithinMs })
        .toBe('ok');
      process.stdout.write(`the disk ${what}: acknowledged again after ${(tookMs / 1000).toFixed(1)} s\n`);
      await vi.waitFor(() => expect(crowd.acknowledged()).toBeGreaterThan(before + 200), { timeout: 20_000 });

      expect(broker.child.exitCode).toBeNull();
      {
        await using fault = await begin({ pid: broker.child.pid!, folder });
        await expect.poll(async () => (await journal())?.state, { timeout: 20_000 }).toBe(state);
        await broker.kill();
        // Also on a disk that is full.
        parts.use(await startPart('broker', { ...env, HEARTH_MQTT_PORT: String(port) }));
        void fault;
      }
      const { faults: found, examples } = await crowd.settle();
      expect(examples).toEqual([]);
      expect(found.lost + found.twice).toBe(0);
    },
  );
}

function mount(...args: string[]): void {
  const { status, stderr } = spawnSync('mount', args);
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr.toString()}`);
}
