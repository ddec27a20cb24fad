import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

const folder = join(import.meta.dirname, '..');

/** Runs a part whose `start` has this body, as a process of its own. */
function runPartWith(startBody: string, env: Record<string, string> = {}): Run {
  const program = `
    import { createServer } from 'node:net';
    import { mkdirSync } from 'node:fs';
    import { Type } from 'typebox';
    import { runPart, StartError } from ${JSON.stringify(join(folder, 'src/part.ts'))};
    const config = Type.Object({ HEARTH_HTTP_PORT: Type.Integer({ default: 0, maximum: 65535 }) });
    await runPart({ name: 'probe', config, async start(config) { ${startBody} } });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const run = { child, out: '', err: '', exit: once(child, 'close').then(([code]) => code as number | null) };
  child.stdout?.on('data', (chunk: Buffer) => (run.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (run.err += chunk.toString()));
  return run;
}
interface Run {
  child: ChildProcess;
  out: string;
  err: string;
  exit: Promise<number | null>;
}

/** Listens until it is disposed. */
const listening = `
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    address: { port: server.address().port },
    async [Symbol.asyncDispose]() {
      process.stdout.write('disposed');
      await new Promise((done) => server.close(done));
    },
  };`;

test('a bad variable ends the start with exit code 78 and one line that names it', async () => {
  const run = runPartWith(listening, { HEARTH_HTTP_PORT: 'eighty' });
  expect(await run.exit).toBe(78);
  expect(run.err).toBe('hearth probe: HEARTH_HTTP_PORT must be integer, got "eighty"\n');
});

test('a port that is taken is told in one line with what to do', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const run = runPartWith(
    `await new Promise((done, fail) => createServer().on('error', fail).listen(config.HEARTH_HTTP_PORT, '127.0.0.1', done));`,
    { HEARTH_HTTP_PORT: String(port) },
  );
  expect(await run.exit).toBe(78);
  taken.close();
  expect(run.err).toBe(
    `hearth probe: port ${port} is taken: stop the program that uses it, or choose another port (see .env.example)\n`,
  );
});

test.for([
  [`throw new StartError('the moon is full: wait')`, 'the moon is full: wait'],
  [
    `throw Object.assign(new Error('EROFS: read-only file system'), { code: 'EROFS' })`,
    'the data folder cannot be written (EROFS: read-only file system): give this user the right to, or set HEARTH_DATA_DIR',
  ],
  [
    `throw Object.assign(new Error('unable to open database file'), { code: 'SQLITE_CANTOPEN' })`,
    'the data folder cannot be written (unable to open database file): give this user the right to, or set HEARTH_DATA_DIR',
  ],
  [
    `throw Object.assign(new Error(''), { code: 'EADDRNOTAVAIL', address: '192.0.2.1' })`,
    "the address 192.0.2.1 is not one of this machine's",
  ],
  [
    `throw Object.assign(new Error(''), { code: 'EACCES', port: 80 })`,
    'port 80 needs privileges: choose one above 1023',
  ],
] as const)('%s becomes one line', async ([body, line]) => {
  const run = runPartWith(body);
  expect(await run.exit).toBe(78);
  expect(run.err).toBe(`hearth probe: ${line}\n`);
});

test('a bug is not explained away: the stack is shown and the exit code is 1', async () => {
  const run = runPartWith(`throw new TypeError('not a function')`);
  expect(await run.exit).toBe(1);
  expect(run.err).toContain('TypeError: not a function\n    at ');
});

test('a part that runs tells where, and SIGTERM stops it in order', async () => {
  const run = runPartWith(listening);
  const [message] = (await once(run.child, 'message')) as [{ ready: { port: number } }];
  expect(message.ready.port).toBeGreaterThan(0);
  run.child.kill('SIGTERM');
  run.child.kill('SIGTERM');
  expect(await run.exit).toBe(0);
  expect(run.out).toContain('"msg":"ready"');
  expect(run.out.match(/disposed/g)).toHaveLength(1);
});

test('a part stops when its supervisor goes away', async () => {
  const run = runPartWith(listening);
  await once(run.child, 'message');
  const exit = once(run.child, 'exit');
  run.child.disconnect();
  expect(await exit).toEqual([0, null]);
  await vi.waitFor(() => expect(run.out).toContain('disposed'));
});
